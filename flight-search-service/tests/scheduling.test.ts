import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, test } from 'vitest';
import { addFlight, buildNewFlight, usd, useFlightService } from './flight-world.ts';

const economy = { cabin: 'economy', price: usd(29_900), seats: 100 };

/** What is wrong, the order with it, and the pointer and code the answer must name. */
const badOrders: readonly (readonly [what: string, overrides: object, pointer: string, code: string])[] = [
  ['no number', { flightNumber: undefined }, '/flightNumber', 'required'],
  ['a number that is a number', { flightNumber: 178 }, '/flightNumber', 'invalid_type'],
  ['a number with a leading zero', { flightNumber: 'BA0178' }, '/flightNumber', 'invalid_format'],
  ['the number of another airline', { flightNumber: 'VS178' }, '/flightNumber', 'number_of_another_airline'],
  ['an unknown airline', { airlineCode: 'Q9', flightNumber: 'Q9178' }, '/airlineCode', 'unknown_airline'],
  ['an unknown origin', { originCode: 'ZZZ' }, '/originCode', 'unknown_airport'],
  ['an unknown destination', { destinationCode: 'ZZZ' }, '/destinationCode', 'unknown_airport'],
  ['a metropolitan area for an airport', { originCode: 'NYC' }, '/originCode', 'unknown_airport'],
  ['the origin as destination', { destinationCode: 'JFK' }, '/destinationCode', 'same_airport'],
  ['a lower case origin', { originCode: 'jfk' }, '/originCode', 'invalid_format'],
  ['an unknown airplane', { airplaneId: 'apl_paper' }, '/airplaneId', 'unknown_airplane'],
  ['an airplane in a list', { airplaneId: ['apl_boeing_777_300er'] }, '/airplaneId', 'invalid_type'],
  ['an arrival before the departure', { arrivalTime: '2020-01-01T00:00:00Z' }, '/arrivalTime', 'implausible_duration'],
  ['an arrival days later', { arrivalTime: '2040-01-01T00:00:00Z' }, '/arrivalTime', 'implausible_duration'],
  ['seconds in its times', { departureTime: '2027-01-01T10:00:01Z' }, '/departureTime', 'invalid_value'],
  ['a year before schedules', { departureTime: '1000-01-01T10:00:00Z' }, '/departureTime', 'invalid_value'],
  ['the year 9999', { arrivalTime: '9999-01-01T10:00:00Z' }, '/arrivalTime', 'invalid_value'],
  ['a local time', { departureTime: '2027-01-01T10:00' }, '/departureTime', 'invalid_format'],
  ['no fares', { fares: [] }, '/fares', 'too_small'],
  ['a cabin twice', { fares: [economy, economy] }, '/fares/1/cabin', 'doubled_cabin'],
  [
    'a cabin the airplane lacks',
    { airplaneId: 'apl_atr_72_600', fares: [{ ...economy, cabin: 'first', seats: 1 }] },
    '/fares/0/cabin',
    'cabin_not_in_airplane',
  ],
  [
    'a price in another currency',
    { fares: [{ ...economy, price: { amount: 1, currency: 'EUR' } }] },
    '/fares/0/price/currency',
    'currency_not_sold',
  ],
  ['a price with a fraction', { fares: [{ ...economy, price: usd(1.5) }] }, '/fares/0/price/amount', 'invalid_type'],
  ['a price below zero', { fares: [{ ...economy, price: usd(-1) }] }, '/fares/0/price/amount', 'too_small'],
  ['seats as a string', { fares: [{ ...economy, seats: '100' }] }, '/fares/0/seats', 'invalid_type'],
  ['an id of its own', { id: 'flt_1' }, '/id', 'unknown_field'],
  ['a status of its own', { status: 'departed' }, '/status', 'unknown_field'],
  ['a version of its own', { version: 9 }, '/version', 'unknown_field'],
];

describeOnEachDatabase('scheduling flights', (database) => {
  const world = useFlightService(database);
  const post = (body: unknown, token = world().issuer.admin().token) =>
    call(world().url, 'POST /flights', { token, body });
  const countFlights = async () => (await world().rows('SELECT id FROM flights')).length;

  test('a flight is added, with rules of the house, and told', async () => {
    const order = buildNewFlight();
    const added = await post(order);
    expect(added.status).toBe(201);
    expect(added.headers.get('etag')).toBe('"1.0"');
    expect(added.body).toMatchObject({
      flightNumber: order.flightNumber,
      airline: { code: 'BA', name: 'British Airways' },
      status: 'scheduled',
      version: 1,
      fares: [
        { ...economy, availableSeats: 100, rules: { refundable: true, cancelFee: usd(12_000), changeFee: usd(6_000) } },
      ],
    });
    const [event] = await world().rows<{ type: string; envelope: string }>(
      'SELECT type, envelope FROM outbox WHERE subject = ?',
      [added.body.id],
    );
    expect(event?.type).toBe('flight.scheduled');
    expect(JSON.parse(event?.envelope ?? '').data).toEqual(added.body);
  });

  test('the same number from the same place on the same local day is 409, also when ten ask at once', async () => {
    const order = buildNewFlight({ departureTime: '2027-03-03T23:00:00Z' });
    const before = await countFlights();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(order)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'flight_exists' });
    expect(await countFlights()).toBe(before + 1);
    // The next day in UTC, but still the same day in New York.
    const sameDay = { ...order, departureTime: '2027-03-04T03:00:00Z', arrivalTime: '2027-03-04T10:00:00Z' };
    expect((await post(sameDay)).body).toMatchObject({ status: 409, code: 'flight_exists' });
    const nextDay = { ...order, departureTime: '2027-03-04T05:00:00Z', arrivalTime: '2027-03-04T12:00:00Z' };
    expect((await post(nextDay)).status).toBe(201);
  });

  test('more seats than the airplane has in that cabin are too many', async () => {
    const most = buildNewFlight({ fares: [{ cabin: 'economy', price: usd(1), seats: 240 }] });
    expect((await post(most)).status).toBe(201);
    const tooMany = await post(buildNewFlight({ fares: [{ cabin: 'economy', price: usd(1), seats: 241 }] }));
    expect(tooMany.body).toMatchObject({
      status: 422,
      code: 'too_many_seats',
      errors: [{ pointer: '/fares/0/seats' }],
    });
  });

  test.for(badOrders)('an order with %s is refused at %s', async ([, overrides, pointer, code]) => {
    const before = await countFlights();
    const refused = await post({ ...buildNewFlight(), ...overrides });
    expect(refused.body).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(refused.body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
    expect(await countFlights()).toBe(before);
  });

  test.for([
    ['broken JSON', '{', 400, 'invalid_json'],
    ['a list', '[]', 422, 'invalid_request'],
    ['null', 'null', 422, 'invalid_request'],
    ['nothing', '', 422, 'invalid_request'],
  ] as const)('a body of %s is refused', async ([, body, status, code]) => {
    expect((await post(body)).body).toMatchObject({ status, code });
  });

  test('without a token it is 401, without the permission 403, before the body is looked at', async () => {
    const { url, issuer } = world();
    const anonymous = await call(url, 'POST /flights', { body: '{' });
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers.get('www-authenticate')).toMatch(/^Bearer/);
    for (const { token } of [issuer.user(), issuer.support()]) {
      expect((await post('{', token)).body).toMatchObject({ status: 403, code: 'permission_missing' });
    }
    expect((await post(buildNewFlight(), issuer.user({ permissions: ['flights:write'] }).token)).status).toBe(201);
  });

  test('what is sold is applied once and never backwards', async () => {
    const flight = await addFlight(world());
    const { seller, url } = world();
    const tell = (version: number, sold: number, held = 0, eventId?: string) =>
      seller.tell({ flightId: flight.id, version, cabins: [{ cabin: 'economy', capacity: 100, sold, held }] }, eventId);
    const read = async () => {
      const { body, headers } = await call(url, `GET /flights/${flight.id}`);
      return { available: body.fares[0].availableSeats, version: body.version, etag: headers.get('etag') };
    };
    const eventId = tell(2, 10, 5);
    await eventually(async () => expect(await read()).toEqual({ available: 85, version: 1, etag: '"1.2"' }));
    tell(1, 99);
    tell(2, 10, 5, eventId);
    tell(2, 42);
    const marker = await addFlight(world());
    seller.tell({ flightId: marker.id, version: 1, cabins: [{ cabin: 'economy', capacity: 100, sold: 1, held: 0 }] });
    await eventually(async () => {
      expect((await call(url, `GET /flights/${marker.id}`)).body.fares[0].availableSeats).toBe(99);
    });
    expect(await read()).toEqual({ available: 85, version: 1, etag: '"1.2"' });
    tell(3, 0);
    await eventually(async () => expect(await read()).toEqual({ available: 100, version: 1, etag: '"1.3"' }));
    expect((await call(url, `GET /flights/${flight.id}`, { headers: { 'If-None-Match': '"1.2"' } })).status).toBe(200);
  });
});
