import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import { startTokenIssuer, type TokenIssuer } from '@jetbridge/testing/access-tokens.ts';

/** What stands where the other services would, as far as a seller of seats asks them anything. */
export type Neighbours = {
  readonly tokens: TokenIssuer;
  /** Puts a flight on sale. */
  readonly offer: (flight: FlightForSale) => void;
  /** The environment that leads a seller to them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
};

/**
 * Starts stand-ins for auth-service (its published keys), flight-search-service (flights on sale, no news of them) and
 * reminder-service (a sandbox clock that nobody moved). They cost a seller little more than the network does.
 */
export async function startNeighbours(): Promise<Neighbours> {
  const flights = new Map<string, string>();
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
      return [200, JSON.stringify({ events: [], position: Number(query.get('after') ?? 0) })];
    }
    const flight = flights.get(pathname.slice('/internal/flights/'.length));
    return flight ? [200, flight] : [404, '{"status":404,"code":"flight_not_found"}'];
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this form.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    tokens,
    offer: (flight) => void flights.set(flight.flight.id, JSON.stringify(flight)),
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
