import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight, delay, revise } from './flight-catalogue-server.ts';

const terminals = { departureTerminal: '8', arrivalTerminal: '2E' } as const;

/** A flight whose terminals are known, unless told otherwise. */
function buildFlightAt(known: Partial<typeof terminals> = terminals): FlightForSale {
  const { flight, layout } = buildFlight();
  return { flight: { ...flight, ...known }, layout };
}

describeOnEachDatabase('terminals of booked flights', (database) => {
  const world = useBookingService(database);

  async function book(flight: FlightForSale) {
    const flightId = world().catalogue.put(flight);
    const { token } = world().issuer.user();
    const { body } = await call(world().url, 'POST /bookings', { token, body: buildOrder(flightId) });
    expect(body).toMatchObject({ status: 'confirmed', version: 1 });
    const get = async (path = '') => (await call(world().url, `GET /bookings/${body.id}${path}`, { token })).body;
    return { body, get };
  }
  const told = async (subject: string, type: string) =>
    (
      await world().rows<{ envelope: string }>(
        'SELECT envelope FROM outbox WHERE subject = ? AND type = ? ORDER BY id',
        [subject, type],
      )
    ).map(({ envelope }) => JSON.parse(envelope).data);
  /** Tells the next version of a flight, and waits until its bookings know it. */
  async function announce(next: FlightForSale): Promise<void> {
    world().catalogue.put(next);
    world().catalogue.tell('flight.updated', next);
    const { id, version } = next.flight;
    await eventually(async () => {
      expect(await world().rows('SELECT version FROM flights WHERE id = ?', [id])).toEqual([{ version }]);
      expect(await world().rows('SELECT flight_id FROM flight_follow_ups WHERE flight_id = ?', [id])).toEqual([]);
    });
  }
  const terminalKeys = (shown: object) => Object.keys(shown).filter((key) => key.endsWith('Terminal'));

  test('stand in the booking, its history and what others are told of it', async () => {
    const { body, get } = await book(buildFlightAt());
    expect(body.segments).toMatchObject([terminals]);
    expect(await get()).toEqual(body);
    const [confirmed] = await told(body.id, 'booking.confirmed');
    expect(confirmed.segments).toEqual(body.segments);
    expect((await get('/history')).data[0].after.segments).toMatchObject([terminals]);
  });

  test('that nobody knows are not there at all', async () => {
    const { body, get } = await book(buildFlight());
    const [confirmed] = await told(body.id, 'booking.confirmed');
    for (const { segments } of [body, await get(), confirmed, (await get('/history')).data[0].after]) {
      expect(segments.map(terminalKeys)).toEqual([[]]);
    }
    const one = await book(buildFlightAt({ departureTerminal: '8' }));
    expect(one.body.segments.map(terminalKeys)).toEqual([['departureTerminal']]);
  });

  test('that change are taken over and told of once, and change nothing else', async () => {
    const flight = buildFlightAt();
    const { body, get } = await book(flight);
    const quote = await get('/refund-quote');
    await announce(revise(flight, { departureTerminal: '4' }));

    const now = await get();
    const segments = [{ ...body.segments[0], departureTerminal: '4' }];
    expect(now).toEqual({ ...body, segments, version: 2, updatedAt: now.updatedAt });
    expect(await told(body.id, 'booking.changed')).toMatchObject([{ version: 2, segments }]);
    expect(await get('/refund-quote')).toEqual(quote);
    const [, changed] = (await get('/history')).data;
    expect(changed).toMatchObject({
      ...{ action: 'flight_changed', actor: { type: 'airline' } },
      before: { segments: [terminals] },
      after: { segments: [{ ...terminals, departureTerminal: '4' }] },
    });
    expect(Object.keys(changed.after)).toEqual(['segments']);
  });

  test('become known later, move along with the times, and are forgotten again', async () => {
    const flight = buildFlight();
    const { get } = await book(flight);
    const known = revise(flight, terminals);
    await announce(known);
    expect(await get()).toMatchObject({ version: 2, segments: [terminals] });
    const moved = revise(known, { ...delay(flight, 90), arrivalTerminal: '5' });
    await announce(moved);
    const { departureTime } = moved.flight;
    expect(await get()).toMatchObject({
      version: 3,
      segments: [{ departureTime, departureTerminal: '8', arrivalTerminal: '5' }],
    });
    const { departureTerminal: _departure, arrivalTerminal: _arrival, ...unknown } = revise(moved).flight;
    await announce({ ...moved, flight: unknown });
    const now = await get();
    expect(now).toMatchObject({ version: 4, segments: [{ departureTime }] });
    expect(now.segments.map(terminalKeys)).toEqual([[]]);
  });

  test('that stay while something else of the flight changes leave its bookings as they are', async () => {
    const flight = buildFlightAt();
    const { body, get } = await book(flight);
    const fares = flight.flight.fares.map((fare) => ({ ...fare, price: { ...fare.price, amount: 1 } }));
    await announce(revise(flight, { fares }));
    expect(await get()).toEqual(body);
    expect(await told(body.id, 'booking.changed')).toEqual([]);
  });
});
