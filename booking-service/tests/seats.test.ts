import { seatMap } from '@jetbridge/contracts/bookings/schemas.ts';
import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { TestUser } from '@jetbridge/testing/access-tokens.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight, revise } from './flight-catalogue-server.ts';
import { countsOf, expectNoDifference, seatsTaken, toldOf, typesToldOf } from './what-is-written.ts';

type Choice = { flightId: string; passenger: number; seat: string };
type Passenger = { seats: Record<string, string> };

const visa = { method: 'card', token: 'tok_visa' };
const adult = { firstName: 'Ada', lastName: 'Lovelace', type: 'adult' };
const infant = { ...adult, firstName: 'Anne', type: 'infant' };
const adults = (count: number) => Array.from({ length: count }, () => adult);

/** A flight in an airplane with so many rows of four, an exit in the second. */
const flightWith = (rows: number, more: Parameters<typeof buildFlight>[0] = {}): FlightForSale => ({
  ...buildFlight({ economySeats: rows * 4, ...more }),
  layout: [{ cabin: 'economy', rows: { first: 1, last: rows }, letters: 'AB CD', exitRows: [2], seats: rows * 4 }],
});

describeOnEachDatabase('seats', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox', MAX_HELD_SEATS_PER_USER: '9' });

  const book = (user: TestUser, flightId: string, more: object = {}) =>
    call(world().url, 'POST /bookings', { token: user.token, body: buildOrder(flightId, more) });
  const buy = (user: TestUser, flightId: string, more: object = {}) => book(user, flightId, { payment: visa, ...more });
  const choose = (user: TestUser, id: string, seats: readonly object[], url = world().url) =>
    call(url, `PUT /bookings/${id}/seats`, { token: user.token, body: { seats } });
  const pick = (flightId: string, ...seats: string[]): Choice[] =>
    seats.map((seat, passenger) => ({ flightId, passenger, seat }));
  const seatsOf = ({ passengers }: { passengers: Passenger[] }, flightId: string) =>
    passengers.map(({ seats }) => seats[flightId]);
  const read = async (user: TestUser, id: string) =>
    (await call(world().url, `GET /bookings/${id}`, { token: user.token })).body;
  const mapOf = async (flightId: string, query = '') =>
    (await call(world().url, `GET /flights/${flightId}/seat-map${query}`)).body;
  async function statusesOf(flightId: string): Promise<Record<string, string>> {
    const { cabins } = seatMap.parse(await mapOf(flightId));
    const seats = cabins.flatMap(({ rows }) => rows.flatMap((row) => row.seats));
    return Object.fromEntries(seats.map(({ seat, status }) => [seat, status]));
  }

  test('are shown to anyone, row by row, with windows, aisles and exits, and what is taken', async () => {
    const flightId = world().catalogue.put(flightWith(3));
    const user = world().issuer.user();
    await buy(user, flightId, { seats: pick(flightId, '2B') });
    const shown = await call(world().url, `GET /flights/${flightId}/seat-map`);

    expect(shown.status).toBe(200);
    expect(seatMap.parse(shown.body)).toEqual(shown.body);
    const [economy] = shown.body.cabins;
    expect(economy).toMatchObject({ cabin: 'economy', letters: 'AB CD' });
    expect(economy.rows.map(({ row, exit }: { row: number; exit: boolean }) => [row, exit])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
    const at = { window: false, aisle: false, exit: true, status: 'available' };
    expect(economy.rows[1].seats).toEqual([
      { ...at, seat: '2A', letter: 'A', window: true },
      { ...at, seat: '2B', letter: 'B', aisle: true, status: 'taken' },
      { ...at, seat: '2C', letter: 'C', aisle: true },
      { ...at, seat: '2D', letter: 'D', window: true },
    ]);
    expect((await mapOf(flightId, '?cabin=economy')).cabins).toHaveLength(1);
    expect((await mapOf(flightId, '?cabin=business')).cabins).toEqual([]);
    expect(await mapOf(flightId, '?cabin=roof')).toMatchObject({ status: 422, errors: [{ parameter: 'cabin' }] });
    expect(await mapOf('flt_nobody')).toMatchObject({ status: 404, code: 'flight_not_found' });
  });

  test('of a flight that is not on sale are blocked, but for those that are taken', async () => {
    const flight = flightWith(2);
    const flightId = world().catalogue.put(flight);
    await buy(world().issuer.user(), flightId, { seats: pick(flightId, '1A') });
    const departed = revise(flight, { status: 'departed' });
    world().catalogue.put(departed);
    world().catalogue.tell('flight.updated', departed);
    await eventually(async () => expect((await statusesOf(flightId))['1B']).toBe('blocked'));
    expect((await statusesOf(flightId))['1A']).toBe('taken');
  });

  test('are those that are sold, while the layout of another airplane is known but nobody is seated in it yet', async () => {
    const flightId = world().catalogue.put(flightWith(3));
    await buy(world().issuer.user(), flightId, { seats: pick(flightId, '2B') });
    await world().rewrite("UPDATE flights SET document = REPLACE(document, 'AB CD', 'ABC DEF') WHERE id = ?", [
      flightId,
    ]);
    const shown = await statusesOf(flightId);
    expect(Object.keys(shown).filter((seat) => shown[seat] === 'taken')).toEqual(['2B']);
    expect(Object.keys(shown)).toHaveLength(12);
  });

  test('chosen with a booking are its own; another one is told that they are taken, and gets no seat at all', async () => {
    const flightId = world().catalogue.put(flightWith(3));
    const [one, other] = [world().issuer.user(), world().issuer.user()];
    const first = await buy(one, flightId, { passengers: adults(2), seats: pick(flightId, '3A', '1D') });
    expect(seatsOf(first.body, flightId)).toEqual(['3A', '1D']);
    const second = await buy(other, flightId, { passengers: adults(2), seats: pick(flightId, '3B', '1D') });

    expect(second.body).toMatchObject({ status: 409, code: 'seat_taken', flightId, seat: '1D' });
    expect(await seatsTaken(world(), flightId)).toEqual(['1D', '3A']);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 2, held: 0 });
    const twice = await buy(other, flightId, { passengers: adults(2), seats: pick(flightId, '3B', '3B') });
    expect(twice.body).toMatchObject({ status: 409, code: 'seat_taken' });
    await expectNoDifference(world(), flightId);
  });

  test.for([
    ['a row 0', { seat: '0A' }, '/seats/0/seat'],
    ['a seat beyond the cabin', { seat: '99Z' }, '/seats/0/seat'],
    ['a seat beyond the last row', { seat: '26A' }, '/seats/0/seat'],
    ['a letter the cabin has not', { seat: '1E' }, '/seats/0/seat'],
    ['the letter I', { seat: '1I' }, '/seats/0/seat'],
    ['a small letter', { seat: '1a' }, '/seats/0/seat'],
    ['a seat as a number', { seat: 1 }, '/seats/0/seat'],
    ['an infant', { passenger: 1 }, '/seats/0/passenger'],
    ['a passenger beyond the party', { passenger: 2 }, '/seats/0/passenger'],
    ['a passenger before the first', { passenger: -1 }, '/seats/0/passenger'],
    ['half a passenger', { passenger: 0.5 }, '/seats/0/passenger'],
    ['a flight that is not booked', { flightId: 'flt_other' }, '/seats/0/flightId'],
    ['a flight as a list', { flightId: [1] }, '/seats/0/flightId'],
    ['a row besides', { row: 1 }, '/seats/0/row'],
  ] as const)('are refused at their place for %s, with the booking and later', async ([, wrong, pointer]) => {
    const flightId = world().catalogue.put(buildFlight());
    const user = world().issuer.user();
    const seats = [{ flightId, passenger: 0, seat: '1A', ...wrong }];
    const passengers = [adult, infant];
    const refused = await buy(user, flightId, { passengers, seats });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 0, held: 0 });

    const held = await book(user, flightId, { passengers });
    const later = await choose(user, held.body.id, seats);
    expect(later.status).toBe(422);
    expect(later.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect(await read(user, held.body.id)).toEqual(held.body);
  });

  test('of one passenger can not be two on a flight', async () => {
    const flightId = world().catalogue.put(flightWith(3));
    const user = world().issuer.user();
    const seats = [...pick(flightId, '1A'), ...pick(flightId, '1B')];
    expect((await buy(user, flightId, { seats })).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/seats/1/passenger' }],
    });
    expect((await choose(user, newId('bkg'), [])).body).toMatchObject({ status: 422, errors: [{ pointer: '/seats' }] });
  });

  test('can be chosen, moved and swapped in a booking, which is told of; nobody loses one to a failed choice', async () => {
    const flightId = world().catalogue.put(flightWith(3));
    const user = world().issuer.user();
    const held = await book(user, flightId, { passengers: adults(2) });
    const chosen = await choose(user, held.body.id, pick(flightId, '1A', '1B'));
    expect(chosen.status).toBe(200);
    expect(chosen.headers.get('etag')).toBe('"2"');
    expect(seatsOf(chosen.body, flightId)).toEqual(['1A', '1B']);
    const swapped = await choose(user, held.body.id, pick(flightId, '1B', '1A'));
    expect(seatsOf(swapped.body, flightId)).toEqual(['1B', '1A']);
    const moved = await choose(user, held.body.id, [{ flightId, passenger: 1, seat: '3D' }]);
    expect(seatsOf(moved.body, flightId)).toEqual(['1B', '3D']);
    expect(await seatsTaken(world(), flightId)).toEqual(['1B', '3D']);

    await buy(world().issuer.user(), flightId, { seats: pick(flightId, '2A') });
    const failed = await choose(user, held.body.id, pick(flightId, '1A', '2A'));
    expect(failed.body).toMatchObject({ status: 409, code: 'seat_taken' });
    expect(seatsOf(await read(user, held.body.id), flightId)).toEqual(['1B', '3D']);
    expect(await seatsTaken(world(), flightId)).toEqual(['1B', '2A', '3D']);
    const events = await toldOf(world(), held.body.id);
    expect(events.map(({ type }) => type)).toEqual([
      'booking.created',
      'booking.changed',
      'booking.changed',
      'booking.changed',
    ]);
    await call(world().url, `POST /bookings/${held.body.id}/payments`, { token: user.token, body: visa });
    expect(seatsOf(await read(user, held.body.id), flightId)).toEqual(['1B', '3D']);
    await expectNoDifference(world(), flightId);
  });

  test('that 20 bookings want at once, at two processes, are given to one of them', async () => {
    const { url, startAnother } = world();
    const another = await startAnother();
    const flightId = world().catalogue.put(buildFlight());
    const owners = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const user = world().issuer.user();
        return { user, held: await book(user, flightId) };
      }),
    );
    const answers = await Promise.all(
      owners.map(({ user, held }, turn) =>
        choose(user, held.body.id, pick(flightId, '5A'), turn % 2 === 0 ? url : another.url),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map(({ body }) => body.code)).toEqual(refused.map(() => 'seat_taken'));
    expect(await seatsTaken(world(), flightId)).toEqual(['5A']);

    const buyers = Array.from({ length: 20 }, () => world().issuer.user());
    const sales = await Promise.all(
      buyers.map((user, turn) =>
        call(turn % 2 === 0 ? url : another.url, 'POST /bookings', {
          token: user.token,
          body: buildOrder(flightId, { payment: visa, seats: pick(flightId, '6B') }),
        }),
      ),
    );
    expect(sales.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(sales.filter(({ body }) => body.code === 'seat_taken')).toHaveLength(19);
    expect(await countsOf(world(), flightId)).toEqual({ sold: 1, held: 20 });
    await expectNoDifference(world(), flightId);
    await another.stop();
  });

  test('that two bookings want of each other stay where they are', async () => {
    const flightId = world().catalogue.put(flightWith(3));
    const [one, other] = [world().issuer.user(), world().issuer.user()];
    const first = await book(one, flightId, { seats: pick(flightId, '1A') });
    const second = await book(other, flightId, { seats: pick(flightId, '1B') });
    const answers = await Promise.all([
      choose(one, first.body.id, pick(flightId, '1B')),
      choose(other, second.body.id, pick(flightId, '1A')),
    ]);
    expect(answers.map(({ body }) => body.code)).toEqual(['seat_taken', 'seat_taken']);
    expect(seatsOf(await read(one, first.body.id), flightId)).toEqual(['1A']);
  });

  test('are given together at confirmation to those who chose none, and near to those of the party who did', async () => {
    const flightId = world().catalogue.put(flightWith(5));
    await buy(world().issuer.user(), flightId, { seats: pick(flightId, '1B') });
    const pair = await buy(world().issuer.user(), flightId, { passengers: [...adults(2), infant] });
    const [left, right, lap] = seatsOf(pair.body, flightId);
    expect(lap).toBeUndefined();
    expect(['AB', 'CD']).toContain(`${left?.slice(-1)}${right?.slice(-1)}`);
    expect(left?.slice(0, -1)).toBe(right?.slice(0, -1));

    const four = await buy(world().issuer.user(), flightId, { passengers: adults(4) });
    expect(new Set(seatsOf(four.body, flightId).map((seat) => seat?.slice(0, -1))).size).toBe(1);
    const user = world().issuer.user();
    const held = await book(user, flightId, { passengers: adults(2), seats: pick(flightId, '5D') });
    await call(world().url, `POST /bookings/${held.body.id}/payments`, { token: user.token, body: visa });
    expect(seatsOf(await read(user, held.body.id), flightId)).toEqual(['5D', '5C']);
    await expectNoDifference(world(), flightId);
  });

  test('are all given, each once, when a flight is sold out to many at once', async () => {
    const flightId = world().catalogue.put(flightWith(5));
    const sales = await Promise.all(
      Array.from({ length: 12 }, () => buy(world().issuer.user(), flightId, { passengers: adults(2) })),
    );
    expect(sales.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(sales.filter(({ body }) => body.code === 'sold_out')).toHaveLength(2);
    expect(new Set(await seatsTaken(world(), flightId)).size).toBe(20);
    expect(Object.values(await statusesOf(flightId)).every((status) => status === 'taken')).toBe(true);
    await expectNoDifference(world(), flightId);
  });

  test('are free again when their booking is cancelled, which then has none and can choose none', async () => {
    const flightId = world().catalogue.put(flightWith(2));
    const user = world().issuer.user();
    const bought = await buy(user, flightId, { seats: pick(flightId, '2C') });
    expect((await statusesOf(flightId))['2C']).toBe('taken');
    const cancelled = await call(world().url, `POST /bookings/${bought.body.id}/cancel`, { token: user.token });
    expect(seatsOf(cancelled.body, flightId)).toEqual([undefined]);
    expect((await statusesOf(flightId))['2C']).toBe('available');
    expect((await choose(user, bought.body.id, pick(flightId, '2C'))).body.code).toBe('booking_cancelled');
    expect((await buy(world().issuer.user(), flightId, { seats: pick(flightId, '2C') })).status).toBe(201);
  });

  test('on a flight that has left can not be changed', async () => {
    const flightId = world().catalogue.put(flightWith(2));
    const user = world().issuer.user();
    const bought = await buy(user, flightId, { seats: pick(flightId, '2C') });
    await world().rewrite('UPDATE segments SET departs_at_ms = ? WHERE booking_id = ?', [
      Date.now() - 1_000,
      bought.body.id,
    ]);
    expect((await choose(user, bought.body.id, pick(flightId, '1A'))).body).toMatchObject({
      status: 409,
      code: 'departed',
    });
  });

  test('of another airplane: who has one that it has too keeps it, the others are moved and told', async () => {
    const large = flightWith(10);
    const flightId = world().catalogue.put(large);
    const [staying, moving, holding] = [world().issuer.user(), world().issuer.user(), world().issuer.user()];
    const stays = await buy(staying, flightId, { seats: pick(flightId, '1A') });
    const moves = await buy(moving, flightId, { passengers: adults(2), seats: pick(flightId, '9C', '9D') });
    const holds = await book(holding, flightId, { seats: pick(flightId, '10A') });
    const small = flightWith(3);
    const next = {
      ...revise(large, { airplane: { id: 'apl_2', model: 'Airbus A220-100' } }),
      layout: small.layout,
    };
    world().catalogue.put(next);
    world().catalogue.tell('flight.updated', next);
    await eventually(async () => expect((await seatsTaken(world(), flightId)).every((seat) => seat < '4')).toBe(true));

    expect(seatsOf(await read(staying, stays.body.id), flightId)).toEqual(['1A']);
    expect(await typesToldOf(world(), stays.body.id)).toEqual(['booking.created', 'booking.confirmed']);
    const moved = await read(moving, moves.body.id);
    const [left, right] = seatsOf(moved, flightId);
    expect(left).toMatch(/^[1-3][A-D]$/);
    expect(left?.slice(0, -1)).toBe(right?.slice(0, -1));
    expect(moved.version).toBe(moves.body.version + 1);
    expect(await typesToldOf(world(), moves.body.id)).toContain('booking.changed');
    // Held, not paid: a seat comes with the payment, as for all who chose none.
    expect(seatsOf(await read(holding, holds.body.id), flightId)).toEqual([undefined]);
    const paid = { token: holding.token, body: visa };
    expect((await call(world().url, `POST /bookings/${holds.body.id}/payments`, paid)).status).toBe(201);
    expect(seatsOf(await read(holding, holds.body.id), flightId)[0]).toMatch(/^[1-3][A-D]$/);
    const shown = await statusesOf(flightId);
    expect(Object.keys(shown)).toHaveLength(12);
    const taken = Object.entries(shown).filter(([, status]) => status === 'taken');
    expect(taken.map(([seat]) => seat).toSorted()).toEqual(await seatsTaken(world(), flightId));
    expect(await world().rows('SELECT flight_id FROM flight_follow_ups')).toEqual([]);
    await expectNoDifference(world(), flightId);
  });

  test('of an airplane that is changed while 30 people buy: everybody ends up with one that it has', async () => {
    const large = flightWith(20);
    const flightId = world().catalogue.put(large);
    await buy(world().issuer.user(), flightId);
    const next = { ...revise(large, { airplane: { id: 'apl_2', model: 'ATR 72' } }), layout: flightWith(10).layout };
    const buying = Promise.all(
      Array.from({ length: 30 }, (_, turn) =>
        buy(world().issuer.user(), flightId, { seats: turn % 3 === 0 ? pick(flightId, `${11 + (turn % 9)}A`) : [] }),
      ),
    );
    world().catalogue.put(next);
    world().catalogue.tell('flight.updated', next);
    const answers = await buying;
    for (const { status } of answers) expect([201, 409, 422]).toContain(status);
    await eventually(async () => {
      expect(await world().rows('SELECT flight_id FROM flight_follow_ups')).toEqual([]);
      expect(Object.keys(await statusesOf(flightId))).toHaveLength(40);
      const [row] = await world().rows<{ layout: string }>(
        "SELECT layout FROM cabin_inventories WHERE flight_id = ? AND cabin = 'economy'",
        [flightId],
      );
      expect(JSON.parse(row?.layout ?? '{}').rows.last).toBe(10);
    });
    const { sold } = await countsOf(world(), flightId);
    const taken = await seatsTaken(world(), flightId);
    expect(taken).toHaveLength(sold);
    expect(taken.every((seat) => Number.parseInt(seat, 10) <= 10)).toBe(true);
    await expectNoDifference(world(), flightId);
  });

  test("of someone else's booking are those of one that does not exist", async () => {
    const flightId = world().catalogue.put(flightWith(2));
    const held = await book(world().issuer.user(), flightId);
    const stranger = world().issuer.user();
    const theirs = await choose(stranger, held.body.id, pick(flightId, '1A'));
    const unknown = await choose(stranger, newId('bkg'), pick(flightId, '1A'));
    expect(theirs.status).toBe(404);
    expect({ ...theirs.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    expect(await seatsTaken(world(), flightId)).toEqual([]);
  });
});
