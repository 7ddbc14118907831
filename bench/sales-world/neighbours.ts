import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { startTokenIssuer, type TokenIssuer } from '@jetbridge/testing/access-tokens.ts';

/** What stands where the other services would, as far as a seller of seats asks them anything. */
export type Neighbours = {
  readonly tokens: TokenIssuer;
  /** Puts a flight on sale. */
  readonly offer: (flight: FlightForSale) => void;
  /** Cancels a flight, and tells of it. */
  readonly cancel: (flight: FlightForSale) => void;
  /** The environment that leads a seller to them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
};

/** As many as the feed of a service gives at once. */
const newsPerPage = 200;

/**
 * Starts stand-ins for auth-service (its published keys), flight-search-service (flights on sale, and news of them) and
 * reminder-service (a sandbox clock that nobody moved). They cost a seller little more than the network does.
 */
export async function startNeighbours(): Promise<Neighbours> {
  const flights = new Map<string, string>();
  const news: { readonly position: number; readonly event: object }[] = [];
  const tokens = await startTokenIssuer();
  const server = http.createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://here');
    const [status, body] = answer(pathname, searchParams);
    res.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
  });

  function answer(pathname: string, query: URLSearchParams): [status: number, body: string] {
    if (pathname === '/internal/clock') return [200, '{"offsetMs":0}'];
    if (pathname === '/internal/events/end') return [200, '{"position":0}'];
    if (pathname === '/internal/events') {
      const after = Number(query.get('after') ?? 0);
      const events = news.slice(after, after + newsPerPage);
      return [200, JSON.stringify({ events, position: after + events.length })];
    }
    const flight = flights.get(pathname.slice('/internal/flights/'.length));
    return flight ? [200, flight] : [404, '{"status":404,"code":"flight_not_found"}'];
  }

  const offer = (flight: FlightForSale) => void flights.set(flight.flight.id, JSON.stringify(flight));

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this form.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    tokens,
    offer,
    cancel: ({ flight, layout }) => {
      const cancelled = { ...flight, status: 'cancelled' as const, version: flight.version + 1 };
      offer({ flight: cancelled, layout });
      const event = {
        specversion: '1.0',
        id: newId('evt'),
        source: '/flight-search-service',
        type: 'flight.cancelled',
        subject: flight.id,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        data: cancelled,
      };
      news.push({ position: news.length + 1, event });
    },
    settings: { AUTH_SERVICE_URL: tokens.url, FLIGHT_SERVICE_URL: url, REMINDER_SERVICE_URL: url },
    stop: async () => {
      await tokens.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
