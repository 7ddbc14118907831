import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeFlightRoute, limitCapacityRoute } from '@jetbridge/contracts/bookings/internal.ts';
import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { EventEnvelope } from '@jetbridge/contracts/events/envelope.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';

/** A question that was asked, and the path it came by. */
type Question = { readonly path: string; readonly body: unknown };

/** What the seller does with the next question: answer with a status and code, or grant and lose the answer. */
type Reaction = { readonly status: number; readonly code: string } | 'lost';

/** Stands where booking-service would: is asked before seats go, and tells what is sold, both by the agreed form. */
export async function startSeller() {
  const questions: Question[] = [];
  const reactions: Reaction[] = [];
  const events: { position: number; event: EventEnvelope }[] = [];
  let beforeAnswer: () => Promise<void> = async () => {};

  const server = http.createServer(async (req, res) => {
    const address = new URL(req.url ?? '/', 'http://here');
    if (address.pathname === '/internal/events') {
      const after = Number(address.searchParams.get('after') ?? 0);
      const page = events.filter(({ position }) => position > after).slice(0, 200);
      const body = { events: page, position: page.at(-1)?.position ?? after };
      res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    if (address.pathname === '/internal/events/end') {
      const body = { position: events.length };
      res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    if (address.pathname.endsWith('/impact')) {
      const flightId = address.pathname.split('/').at(-2) ?? '';
      const impact = { flightId, bookings: 2, pendingBookings: 1, passengers: 5, cabins: [] };
      res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(impact));
      return;
    }
    const body: unknown = JSON.parse(Buffer.concat(await req.toArray()).toString('utf8'));
    const { body: form } = address.pathname.endsWith('/close') ? closeFlightRoute : limitCapacityRoute;
    questions.push({ path: address.pathname, body: form.parse(body) });
    const meanwhile = beforeAnswer;
    beforeAnswer = async () => {};
    await meanwhile();
    const reaction = reactions.shift();
    if (reaction === 'lost') req.destroy();
    else if (reaction === undefined) res.writeHead(204).end();
    else {
      res.writeHead(reaction.status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(reaction));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // A server that listens on TCP has an address of this form.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What was asked about a flight. */
    askedAbout: (flightId: string) => questions.filter(({ path }) => path.includes(`/${flightId}/`)),
    /** How it reacts to the next questions; it grants all others. */
    react: (...next: readonly Reaction[]) => reactions.push(...next),
    /** Something that happens once, between the next question and its answer. */
    meanwhile: (action: () => Promise<void>) => {
      beforeAnswer = action;
    },
    /** Tells of a flight's seats; the same event again when an id is given twice. */
    tell(data: InventoryEventData, eventId = newId('evt')): string {
      const event: EventEnvelope = {
        specversion: '1.0',
        id: eventId,
        source: '/booking-service',
        type: 'inventory.changed',
        subject: data.flightId,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        data,
      };
      events.push({ position: events.length + 1, event });
      return eventId;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type SellerServer = Awaited<ReturnType<typeof startSeller>>;
