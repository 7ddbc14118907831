import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { CurrentBooking } from '@jetbridge/contracts/bookings/internal.ts';
import { type BookingEventData, events } from '@jetbridge/contracts/events/catalogue.ts';
import { verifyInternalToken } from '@jetbridge/service-kit/auth/internal-tokens.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';

/** What stands where booking-service would: its feed of events, and what it answers about its bookings. */
export type BookingStandIn = {
  readonly url: string;
  /** Puts an event into the feed; `id` repeats one that was there. */
  publish(type: string, data: unknown, id?: string): string;
  /** What is answered about a booking from now on; `undefined` answers that there is none. */
  answer(id: string, current: CurrentBooking | undefined): void;
  /** How questions about bookings end: answered, never, or with a 500. */
  setMood(mood: 'answers' | 'hangs' | 'fails'): void;
  /** How requests for tickets end; at first nothing has one. */
  setTickets(mood: 'printed' | 'late' | 'none'): void;
  /** How many questions about bookings came in. */
  questions(): number;
  stop(): Promise<void>;
};

/** With bytes that no text has: whoever takes a ticket for text spoils it. */
export const ticketBytes = new Uint8Array([...Buffer.from('%PDF-1.3\n%'), 0xff, 0xfe, 0x00, 0x80, 0x0a]);

/** Starts a stand-in. It answers about a booking what the newest event about it said, until told otherwise. */
export async function startBookingStandIn(): Promise<BookingStandIn> {
  const feed: { position: number; event: object }[] = [];
  const current = new Map<string, CurrentBooking>();
  let mood: Parameters<BookingStandIn['setMood']>[0] = 'answers';
  let tickets: Parameters<BookingStandIn['setTickets']>[0] = 'none';
  let questions = 0;

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const token = req.headers.authorization?.replace('Bearer ', '') ?? '';
    verifyInternalToken(token, { audience: 'booking-service', secret: testInternalSecret });
    const url = new URL(req.url ?? '/', 'http://stand-in');
    const send = (body: object) => void res.setHeader('Content-Type', 'application/json').end(JSON.stringify(body));
    if (url.pathname === '/internal/events') {
      const after = Number(url.searchParams.get('after'));
      const events = feed.filter(({ position }) => position > after).slice(0, 200);
      return send({ events, position: events.at(-1)?.position ?? after });
    }
    if (url.pathname.endsWith('/ticket')) {
      if (tickets === 'late') return;
      if (tickets === 'none') return void res.writeHead(404).end();
      return send({ filename: 'ticket-K7QX2M.pdf', pdf: Buffer.from(ticketBytes).toString('base64') });
    }
    questions += 1;
    if (mood === 'hangs') return;
    if (mood === 'fails') return void res.writeHead(500).end();
    // The service under test sends what the route's schema says.
    const { ids } = (await json(req)) as { ids: string[] };
    send({ bookings: ids.flatMap((id) => current.get(id) ?? []) });
  }

  const server = createServer((req, res) => {
    handle(req, res).catch(() => res.writeHead(401).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    // A server that listens on TCP has an address of this form.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publish: (type, data, id = newId('evt')) => {
      feed.push({ position: feed.length + 1, event: envelopeOf(type, data, id) });
      const booking =
        events['waitlist.offered'].data.safeParse(data).data?.booking ??
        events['booking.created'].data.safeParse(data).data;
      if (booking && (current.get(booking.id)?.version ?? 0) < booking.version) {
        current.set(booking.id, currentOf(booking));
      }
      return id;
    },
    answer: (id, answer) => {
      if (answer) current.set(id, answer);
      else current.delete(id);
    },
    setMood: (value) => {
      mood = value;
    },
    setTickets: (value) => {
      tickets = value;
    },
    questions: () => questions,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** An event as it travels. */
export function envelopeOf(type: string, data: unknown, id = newId('evt')): object {
  return {
    specversion: '1.0',
    id,
    source: '/booking-service',
    type,
    subject: 'a booking',
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data,
  };
}

/** What booking-service would answer about a booking that an event tells of. */
export function currentOf({ id, status, version, segments }: BookingEventData): CurrentBooking {
  return {
    id,
    status,
    version,
    segments: segments.map(({ flightId, departureTime }) => ({ flightId, departureTime })),
  };
}
