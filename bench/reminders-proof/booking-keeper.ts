import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { readCurrentBookingsRoute } from '@jetbridge/contracts/bookings/internal.ts';
import { verifyInternalToken } from '@jetbridge/service-kit/auth/internal-tokens.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { currentDocument } from './booking-documents.ts';
import type { PlannedBooking } from './planned-bookings.ts';

/** What stands where booking-service would: it knows the truth about every booking, and when it told it to whom asked. */
export type BookingKeeper = {
  readonly url: string;
  /** Makes the next state of a booking the present one. Returns its version. */
  readonly advance: (booking: PlannedBooking) => number;
  /** When answers about a booking went out. */
  readonly answersAbout: (id: string) => readonly number[];
  readonly questions: () => number;
  readonly stop: () => Promise<void>;
};

/** Now and then a ticket takes longer than the service waits for it. */
const slowTicketEvery = 100;
const slowTicketMs = 6_000;

type Kept = { readonly booking: PlannedBooking; version: number; readonly answeredAtMs: number[] };

export async function startBookingKeeper(): Promise<BookingKeeper> {
  const kept = new Map<string, Kept>();
  let questions = 0;
  let tickets = 0;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const token = req.headers.authorization?.replace('Bearer ', '') ?? '';
    verifyInternalToken(token, { audience: 'booking-service', secret: testInternalSecret });
    res.setHeader('Content-Type', 'application/json');
    if (req.url?.endsWith('/ticket')) {
      tickets += 1;
      if (tickets % slowTicketEvery === 0) await wait(slowTicketMs);
      res.end(ticket);
      return;
    }
    const { ids } = readCurrentBookingsRoute.body.parse(await json(req));
    questions += 1;
    const found = ids.flatMap((id) => kept.get(id) ?? []);
    const nowMs = Date.now();
    const bookings = found.map(({ booking, version }) => currentDocument(booking, version));
    res.end(JSON.stringify({ bookings }));
    await once(res, 'finish');
    for (const { answeredAtMs } of found) answeredAtMs.push(nowMs);
  }

  const server = createServer((req, res) => {
    answer(req, res).catch(() => {
      if (res.headersSent) res.destroy();
      else res.writeHead(400).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A server that listens on TCP has an address of this form.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    advance: (booking) => {
      const entry = kept.get(booking.id) ?? { booking, version: 0, answeredAtMs: [] };
      kept.set(booking.id, entry);
      const state = booking.states[entry.version];
      if (!state) throw new RangeError(`The booking ${booking.id} has no state after version ${entry.version}.`);
      entry.version += 1;
      state.happenedAtMs = Date.now();
      return entry.version;
    },
    answersAbout: (id) => kept.get(id)?.answeredAtMs ?? [],
    questions: () => questions,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** As large as a real one. */
const ticket = JSON.stringify({ filename: 'ticket.pdf', pdf: Buffer.alloc(30_000, '%PDF').toString('base64') });
