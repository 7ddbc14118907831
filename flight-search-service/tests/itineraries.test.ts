import { type Itinerary, itinerary, itineraryIdPurpose } from '@jetbridge/contracts/flights/itineraries.ts';
import { createTextSigner } from '@jetbridge/service-kit/auth/signed-text.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { beforeAll, expect, test } from 'vitest';
import { addFlight, instantOf, usd, useFlightService } from './flight-world.ts';

/** From, to, departure, minutes, price, seats. */
const timetable = [
  // Boston to Paris: direct and dear; over London with 90 minutes to change; over Reykjavík with too few.
  ['BOS', 'CDG', '2027-05-05T22:00', 420, 90_000, 9],
  ['BOS', 'LHR', '2027-05-05T20:00', 390, 30_000, 4],
  ['LHR', 'CDG', '2027-05-06T04:00', 75, 10_000, 3],
  ['LHR', 'CDG', '2027-05-06T03:59', 75, 10_000, 9],
  ['BOS', 'KEF', '2027-05-05T20:30', 330, 10_000, 9],
  ['KEF', 'CDG', '2027-05-06T03:29', 200, 10_000, 9],
  // Over two places, cheapest of all.
  ['BOS', 'JFK', '2027-05-05T12:00', 70, 5_000, 9],
  ['JFK', 'LIS', '2027-05-05T14:10', 400, 10_000, 9],
  ['LIS', 'CDG', '2027-05-05T22:20', 150, 5_000, 9],
  // Back.
  ['CDG', 'BOS', '2027-05-10T10:00', 480, 70_000, 5],
  ['CDG', 'BOS', '2027-05-06T02:20', 480, 20_000, 5],
] as const;

describeOnEachDatabase('itineraries', (database) => {
  const world = useFlightService(database);

  beforeAll(async () => {
    for (const [originCode, destinationCode, departs, minutes, price, seats] of timetable) {
      const departureTime = `${departs}:00Z`;
      await addFlight(world(), {
        ...{ originCode, destinationCode, departureTime },
        arrivalTime: instantOf(Date.parse(departureTime) + minutes * 60_000),
        fares: [{ cabin: 'economy', price: usd(price), seats }],
      });
    }
  });

  const get = (query: string) => call(world().url, `GET /itineraries?${query}`);
  async function find(query: string): Promise<Itinerary[]> {
    const { status, body } = await get(query);
    expect([status, body.code]).toEqual([200, undefined]);
    for (const one of body.data) expect(itinerary.parse(one)).toEqual(one);
    return body.data;
  }
  const wayOf = ({ segments }: Itinerary) =>
    [segments[0]?.origin.code, ...segments.map((flight) => flight.destination.code)].join('-');
  const ways = async (query: string) => (await find(query)).map(wayOf);
  const there = 'origin=BOS&destination=Paris&date=2027-05-05';

  test.for([
    ['maxStops=0', ['BOS-CDG']],
    // London with 90 minutes to change; one minute less, or a minute short of 90 at Reykjavík, is too little.
    ['', ['BOS-LHR-CDG', 'BOS-CDG']],
    ['maxStops=2', ['BOS-JFK-LIS-CDG', 'BOS-LHR-CDG', 'BOS-CDG']],
    ['maxStops=2&sort=duration', ['BOS-CDG', 'BOS-LHR-CDG', 'BOS-JFK-LIS-CDG']],
    ['maxStops=2&sort=departure', ['BOS-JFK-LIS-CDG', 'BOS-LHR-CDG', 'BOS-CDG']],
    ['passengers=3', ['BOS-LHR-CDG', 'BOS-CDG']],
    ['passengers=4', ['BOS-CDG']],
    ['cabin=business', []],
  ] as const)('with %s the ways from Boston to Paris are %j', async ([query, expected]) => {
    expect(await ways(`${there}&${query}`)).toEqual(expected);
  });

  test('price and seats are those of the whole party, and each leg is told', async () => {
    const [first] = await find(`${there}&passengers=2&returnDate=2027-05-10`);
    expect(first).toMatchObject({
      price: usd(2 * (30_000 + 10_000 + 70_000)),
      availableSeats: 3,
      legs: [
        { durationMinutes: 555, stops: 1 },
        { durationMinutes: 480, stops: 0 },
      ],
    });
    expect(first?.legs.flatMap(({ segments }) => segments)).toEqual(first?.segments);
    expect(first?.segments).toHaveLength(3);
  });

  test('the way back leaves after the way there has arrived', async () => {
    // Only over Lisbon one is in Paris, at 00:50Z, 90 minutes before the flight back.
    expect(await ways(`${there}&returnDate=2027-05-06&maxStops=2`)).toEqual(['BOS-JFK-LIS-CDG-BOS']);
    expect(await ways(`${there}&returnDate=2027-05-06`)).toEqual([]);
    const legs = 'BOS-JFK:2027-05-05,JFK-LIS:2027-05-05,LIS-CDG:2027-05-05,CDG-BOS:2027-05-06';
    expect(await ways(`legs=${legs}`)).toEqual(['BOS-JFK-LIS-CDG-BOS']);
  });

  test('the id says which flights at which price, and until when', async () => {
    const [first] = await find(there);
    const signer = createTextSigner({ secret: testInternalSecret, purpose: itineraryIdPurpose });
    const offer = JSON.parse(signer.read(first?.id ?? '') ?? '{}');
    expect(offer).toEqual({
      flights: first?.segments.map(({ id }, index) => ({ id, price: [30_000, 10_000][index] })),
      cabin: 'economy',
      currency: 'USD',
      expiresAtMs: Date.parse(first?.expiresAt ?? ''),
    });
    const minutesLeft = (offer.expiresAtMs - Date.now()) / 60_000;
    expect(minutesLeft).toBeGreaterThan(14);
    expect(minutesLeft).toBeLessThanOrEqual(15);
  });

  test('pages hold each itinerary once, in the order of the whole list', async () => {
    const query = `${there}&maxStops=2`;
    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null && paged.length < 10) {
      const { body }: { body: { data: Itinerary[]; nextCursor: string | null } } = await get(
        `${query}&limit=1${cursor && `&cursor=${cursor}`}`,
      );
      paged.push(...body.data.map(wayOf));
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(await ways(query));
    const { body } = await get(`${query}&limit=1`);
    expect((await get(`${query}&sort=duration&cursor=${body.nextCursor}`)).body).toMatchObject({
      status: 400,
      code: 'invalid_cursor',
    });
  });

  test.for([
    'origin=ZZZ&destination=CDG&date=2027-05-05',
    'origin=BOS&destination=Atlantis&date=2027-05-05',
    'origin=BOS&destination=BOS&date=2027-05-05',
    'origin=JFK&destination=NYC&date=2027-05-05',
    'origin=BOS&destination=CDG&date=2028-06-08',
    'origin=BOS&destination=CDG&date=2020-01-01',
    'origin=%27%3B--&destination=CDG&date=2027-05-05',
    'legs=BOS-CDG:2027-05-05,CDG-ZZZ:2027-05-10',
  ])('%s: 200 and an empty list', async (query) => {
    expect((await get(query)).body).toEqual({ data: [], nextCursor: null });
  });

  test.for([
    ['origin=BOS&destination=CDG', 'date'],
    ['destination=CDG&date=2027-05-05', 'origin'],
    ['legs=BOS-CDG:2027-05-05&date=2027-05-05', 'date'],
    ['legs=BOS-CDG:2027-05-05&returnDate=2027-05-05', 'returnDate'],
    [`${there}&returnDate=2027-05-04`, 'returnDate'],
    ['legs=BOS-CDG:2027-05-05,CDG-BOS:2027-05-04', 'legs'],
    ['legs=BOS-CDG:2027-02-30', 'legs'],
    ['legs=BOS-CDG', 'legs'],
    [`legs=${Array(7).fill('BOS-CDG:2027-05-05').join()}`, 'legs'],
    [`${there}&passengers=0`, 'passengers'],
    [`${there}&passengers=10`, 'passengers'],
    [`${there}&maxStops=3`, 'maxStops'],
    [`${there}&sort=price%3BDROP`, 'sort'],
    [`${there}&sort=-price`, 'sort'],
    [`${there}&limit=1e9`, 'limit'],
    [`${there}&limit=-1`, 'limit'],
    [`${there}&attributes[0]=x`, 'attributes[0]'],
    [`${there}&__proto__=x`, '__proto__'],
  ] as const)('%s is refused by the name of the parameter', async ([query, parameter]) => {
    const { body } = await get(query);
    expect(body).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(body.errors.map((error: { parameter: string }) => error.parameter)).toContain(parameter);
  });

  test('the calendar has the cheapest way of each local day, for the party', async () => {
    const calendar = async (query: string) => (await call(world().url, `GET /fares/calendar?${query}`)).body;
    expect(await calendar('origin=BOS&destination=CDG&month=2027-05')).toEqual({
      data: [{ date: '2027-05-05', price: usd(40_000) }],
      nextCursor: null,
    });
    expect((await calendar('origin=BOS&destination=CDG&month=2027-05&maxStops=2&passengers=2')).data).toEqual([
      { date: '2027-05-05', price: usd(40_000) },
    ]);
    expect((await calendar('origin=CDG&destination=BOS&month=2027-05')).data).toEqual([
      { date: '2027-05-06', price: usd(20_000) },
      { date: '2027-05-10', price: usd(70_000) },
    ]);
    expect((await calendar('origin=ZZZ&destination=BOS&month=2027-05')).data).toEqual([]);
    for (const month of ['2027-13', '2027-5', 'may', '']) {
      expect(await calendar(`origin=BOS&destination=CDG&month=${month}`)).toMatchObject({
        status: 422,
        errors: [{ parameter: 'month' }],
      });
    }
  });
});
