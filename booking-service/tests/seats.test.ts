import { seatMap } from '@jetbridge/contracts/bookings/schemas.ts';
import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import type { TestUser } from '@jetbridge/testing/access-tokens.ts';
import { type Answer, call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight, revise } from './flight-catalogue-server.ts';
import { seatsTaken, typesToldOf } from './what-is-written.ts';

const people = (...types: ('adult' | 'child' | 'infant')[]) =>
  types.map((type, place) => ({ firstName: `Ada ${place}`, lastName: 'Lovelace', type }));

type DrawnSeat = { seat: string; status: string; window: boolean; aisle: boolean; exit: boolean };

describeOnEachDatabase('seats by number', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox' });
  const visa = { method: 'card', token: 'tok_visa' };

  const book = (user: TestUser, flightId: string, more: object = {}) =>
    call(world().url, 'POST /bookings', { token: user.token, body: buildOrder(flightId, { payment: visa, ...more }) });
  const choose = (user: TestUser, id: string, seats: readonly object[]) =>
    call(world().url, `PUT /bookings/${id}/seats`, { token: user.token, body: { seats } });
  const seatsIn = ({ body }: Answer, flightId: string): (string | undefined)[] =>
    body.passengers.map(({ seats }: { seats: Record<string, string> }) => seats[flightId]);

  async function drawn(flightId: string, seat: string): Promise<DrawnSeat | undefined> {
    const { body } = await call(world().url, `GET /flights/${flightId}/seat-map?cabin=economy`);
    const rows: { seats: DrawnSeat[] }[] = body.cabins[0].rows;
    return rows.flatMap(({ seats }) => seats).find((one) => one.seat === seat);
  }

  /** 12 rows of two pairs, an exit in the fourth. */
  function withLayout(flight: FlightForSale): FlightForSale {
    const rows = { first: 1, last: 12 };
    return { ...flight, layout: [{ cabin: 'economy', rows, letters: 'AB CD', exitRows: [4], seats: 48 }] };
  }

  test('a seat map draws rows, aisles, windows and exits, and what is taken, without a token', async () => {
    const flightId = world().catalogue.put(withLayout(buildFlight()));
    const before = await call(world().url, `GET /flights/${flightId}/seat-map`);
    expect(before.status).toBe(200);
    expect(seatMap.parse(before.body)).toEqual(before.body);
    expect(before.body.cabins).toHaveLength(1);
    expect(before.body.cabins[0]).toMatchObject({ cabin: 'economy', letters: 'AB CD' });
    expect(before.body.cabins[0].rows).toHaveLength(12);
    expect(await drawn(flightId, '4A')).toEqual({
      ...{ seat: '4A', letter: 'A', status: 'available' },
      ...{ window: true, aisle: false, exit: true },
    });
    expect(await drawn(flightId, '5B')).toMatchObject({ window: false, aisle: true, exit: false });

    const seats = [{ flightId, passenger: 0, seat: '5B' }];
    await book(world().issuer.user(), flightId, { seats });
    expect(await drawn(flightId, '5B')).toMatchObject({ status: 'taken' });
    expect(await drawn(flightId, '5A')).toMatchObject({ status: 'available' });
  });

  test('a flight that is not on sale has its free seats blocked; one that nobody knows is not found', async () => {
    const { catalogue, url } = world();
    const flightId = catalogue.put(withLayout(buildFlight({ departsInMs: 10 * 60_000 })));
    expect(await drawn(flightId, '1A')).toMatchObject({ status: 'blocked' });
    expect((await call(url, 'GET /flights/flt_nobody/seat-map')).body).toMatchObject({ code: 'flight_not_found' });
    const wrong = await call(url, `GET /flights/${flightId}/seat-map?cabin=roof`);
    expect(wrong.body).toMatchObject({ status: 422, errors: [{ parameter: 'cabin' }] });
  });

  test('everybody but infants has a seat at confirmation, side by side', async () => {
    const flightId = world().catalogue.put(withLayout(buildFlight()));
    await book(world().issuer.user(), flightId, { seats: [{ flightId, passenger: 0, seat: '1A' }] });
    const family = { passengers: people('adult', 'child', 'infant') };
    const placed = await book(world().issuer.user(), flightId, family);
    expect(seatsIn(placed, flightId)).toEqual(['1C', '1D', undefined]);
    const picked = { passengers: people('adult', 'adult'), seats: [{ flightId, passenger: 1, seat: '7C' }] };
    expect(seatsIn(await book(world().issuer.user(), flightId, picked), flightId)).toEqual(['7D', '7C']);
  });

  test.for([
    ['0A', '/seats/0/seat'],
    ['99Z', '/seats/0/seat'],
    ['13A', '/seats/0/seat'],
    ['12I', '/seats/0/seat'],
    [12, '/seats/0/seat'],
  ] as const)('seat %o does not exist, and nothing is booked', async ([seat, pointer]) => {
    const flightId = world().catalogue.put(withLayout(buildFlight()));
    const refused = await book(world().issuer.user(), flightId, { seats: [{ flightId, passenger: 0, seat }] });
    expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer }] });
    expect(await seatsTaken(world(), flightId)).toEqual([]);
    expect(await world().rows('SELECT booking_id FROM segments WHERE flight_id = ?', [flightId])).toEqual([]);
  });

  test.for([
    ['an infant', { passenger: 1 }, '/seats/0/passenger'],
    ['nobody', { passenger: 2 }, '/seats/0/passenger'],
    ['another flight', { flightId: 'flt_other' }, '/seats/0/flightId'],
  ] as const)('a seat for %s is refused with a pointer', async ([, change, pointer]) => {
    const flightId = world().catalogue.put(withLayout(buildFlight()));
    const seats = [{ flightId, passenger: 0, seat: '3A', ...change }];
    const refused = await book(world().issuer.user(), flightId, { passengers: people('adult', 'infant'), seats });
    expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer }] });
  });

  test('of 20 who want one seat one gets it, and the others are told so and hold nothing', async () => {
    const { issuer, catalogue, rows } = world();
    const flightId = catalogue.put(withLayout(buildFlight()));
    const seats = [{ flightId, passenger: 0, seat: '6A' }];
    const answers = await Promise.all(Array.from({ length: 20 }, () => book(issuer.user(), flightId, { seats })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 409).map(({ body }) => [body.code, body.seat]);
    expect(refused).toEqual(Array.from({ length: 19 }, () => ['seat_taken', '6A']));
    expect(await rows('SELECT seat FROM seats WHERE flight_id = ?', [flightId])).toEqual([{ seat: '6A' }]);
  });

  test('passengers swap their seats, move to free ones, and get all they asked for or nothing', async () => {
    const { issuer, catalogue } = world();
    const flightId = catalogue.put(withLayout(buildFlight()));
    const [owner, neighbour] = [issuer.user(), issuer.user()];
    await book(neighbour, flightId, { seats: [{ flightId, passenger: 0, seat: '9A' }] });
    const placed = await book(owner, flightId, { passengers: people('adult', 'adult') });
    const [one, other] = seatsIn(placed, flightId);
    const { id, version } = placed.body;

    const swapped = await choose(owner, id, [
      { flightId, passenger: 0, seat: other },
      { flightId, passenger: 1, seat: one },
    ]);
    expect(swapped.status).toBe(200);
    expect(seatsIn(swapped, flightId)).toEqual([other, one]);
    expect(swapped.body.version).toBe(version + 1);
    expect(await typesToldOf(world(), id)).toContain('booking.changed');

    const greedy = await choose(owner, id, [
      { flightId, passenger: 0, seat: '8A' },
      { flightId, passenger: 1, seat: '9A' },
    ]);
    expect(greedy.body).toMatchObject({ status: 409, code: 'seat_taken', seat: '9A' });
    const read = await call(world().url, `GET /bookings/${id}`, { token: owner.token });
    expect(seatsIn(read, flightId)).toEqual([other, one]);
    expect((await seatsTaken(world(), flightId)).toSorted()).toEqual(['9A', one, other].toSorted());

    const twice = { flightId, passenger: 0, seat: '8A' };
    expect((await choose(owner, id, [twice, twice])).body).toMatchObject({ status: 422 });
    expect((await choose(neighbour, id, [twice])).body).toMatchObject({ status: 404, code: 'booking_not_found' });
    await call(world().url, `POST /bookings/${id}/cancel`, { token: owner.token });
    expect((await choose(owner, id, [twice])).body).toMatchObject({ status: 409, code: 'booking_cancelled' });
    expect(await seatsTaken(world(), flightId)).toEqual(['9A']);
  });

  test('another airplane keeps who has a seat that it has, and moves the others', async () => {
    const { issuer, catalogue, url } = world();
    const first = withLayout(buildFlight());
    const flightId = catalogue.put(first);
    const [front, back] = [issuer.user(), issuer.user()];
    const stays = await book(front, flightId, { seats: [{ flightId, passenger: 0, seat: '2A' }] });
    const moves = await book(back, flightId, { seats: [{ flightId, passenger: 0, seat: '12D' }] });
    const smaller: FlightForSale = {
      ...revise(first, { airplane: { id: 'apl_small', model: 'ATR 72-600' } }),
      layout: [{ cabin: 'economy', rows: { first: 1, last: 5 }, letters: 'A CD', seats: 15 }],
    };
    catalogue.put(smaller);
    catalogue.tell('flight.updated', smaller);

    const read = (user: TestUser, { body }: Answer) => call(url, `GET /bookings/${body.id}`, { token: user.token });
    await eventually(async () => {
      expect(seatsIn(await read(front, stays), flightId)).toEqual(['2A']);
      const [seat] = seatsIn(await read(back, moves), flightId);
      expect(seat).toMatch(/^[1-5][ACD]$/);
      expect(seat).not.toBe('2A');
      expect((await seatsTaken(world(), flightId)).toSorted()).toEqual(['2A', seat].toSorted());
    });
    expect(await typesToldOf(world(), moves.body.id)).toContain('booking.changed');
    expect(await typesToldOf(world(), stays.body.id)).not.toContain('booking.changed');
    const next = await book(issuer.user(), flightId);
    expect(seatsIn(next, flightId)[0]).toMatch(/^[1-5][ACD]$/);
  });
});
