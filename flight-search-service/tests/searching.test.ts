import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { expect, test } from 'vitest';
import { addFlight, numbersFound, usd, useFlightService } from './flight-world.ts';

describeOnEachDatabase('searching', (database) => {
  const world = useFlightService(database);
  const date = '2027-05-05';
  let flights: Promise<string[]> | undefined;

  /** Four flights of one day: cheap and early, dear and late, with a second airline and a cabin of its own. */
  function dayOfFlights(): Promise<string[]> {
    flights ??= (async () => {
      const numbers: string[] = [];
      for (const [hour, minutes, airlineCode, fares] of [
        [8, 440, 'BA', [{ cabin: 'economy', price: usd(20_000), seats: 100 }]],
        [12, 420, 'VS', [{ cabin: 'economy', price: usd(50_000), seats: 2 }]],
        [
          16,
          460,
          'BA',
          [
            { cabin: 'economy', price: usd(30_000), seats: 100 },
            { cabin: 'first', price: usd(900_000), seats: 8 },
          ],
        ],
        [20, 430, 'BA', [{ cabin: 'economy', price: usd(40_000), seats: 9 }]],
      ] as const) {
        const departsAtMs = Date.parse(`${date}T${String(hour).padStart(2, '0')}:00:00Z`);
        const added = await addFlight(world(), {
          flightNumber: `${airlineCode}9${hour}`,
          airlineCode,
          departureTime: `${new Date(departsAtMs).toISOString().slice(0, 19)}Z`,
          arrivalTime: `${new Date(departsAtMs + minutes * 60_000).toISOString().slice(0, 19)}Z`,
          fares: fares.map((fare) => ({ ...fare })),
        });
        numbers.push(added.flightNumber);
      }
      return numbers;
    })();
    return flights;
  }
  const search = (query: string) => numbersFound(world(), `date=${date}&${query}`);

  test.for([
    ['an airport to an airport', 'origin=JFK&destination=LHR'],
    ['a metropolitan area to another', 'origin=NYC&destination=LON'],
    ['a city to a city, however it is written', 'origin=new%20york&destination=LONDON'],
    ['lower case codes', 'origin=jfk&destination=lhr'],
    ['an origin alone', 'origin=JFK'],
    ['any place', ''],
  ] as const)('finds flights from %s', async ([, query]) => {
    const numbers = await dayOfFlights();
    expect(await search(query)).toEqual(numbers);
  });

  test.for([
    'origin=ZZZ',
    'destination=Atlantis',
    'origin=JFK&destination=XXX',
    'origin=%27%3B--',
    'origin=%25',
    'origin=J_K',
  ])('%s is an unknown place: 200 and an empty list', async (query) => {
    await dayOfFlights();
    const answer = await call(world().url, `GET /flights?date=${date}&${query}`);
    expect([answer.status, answer.body]).toEqual([200, { data: [], nextCursor: null }]);
  });

  test.for([
    ['passengers=9', ['BA98', 'BA916', 'BA920']],
    ['passengers=3&cabin=economy', ['BA98', 'BA916', 'BA920']],
    ['cabin=first', ['BA916']],
    ['cabin=first&passengers=9', []],
    ['airline=VS', ['VS912']],
    ['airline=VS&airline=BA', ['BA98', 'VS912', 'BA916', 'BA920']],
    ['airline=XX', []],
    ['minPrice=30000&maxPrice=40000', ['BA916', 'BA920']],
    ['cabin=first&maxPrice=100000', []],
    [`departAfter=${date}T12:00:00Z`, ['VS912', 'BA916', 'BA920']],
    [`departBefore=${date}T12:00:00Z`, ['BA98', 'VS912']],
    ['status=scheduled', ['BA98', 'VS912', 'BA916', 'BA920']],
    ['status=cancelled', []],
    ['sort=departure', ['BA98', 'VS912', 'BA916', 'BA920']],
    ['sort=-departure', ['BA920', 'BA916', 'VS912', 'BA98']],
    ['sort=price', ['BA98', 'BA916', 'BA920', 'VS912']],
    ['sort=-price', ['VS912', 'BA920', 'BA916', 'BA98']],
    ['sort=price&cabin=first', ['BA916']],
    ['sort=duration', ['VS912', 'BA920', 'BA98', 'BA916']],
    ['sort=-duration', ['BA916', 'BA98', 'BA920', 'VS912']],
  ] as const)('%s finds %s', async ([query, numbers]) => {
    await dayOfFlights();
    expect(await search(`origin=JFK&destination=LHR&${query}`)).toEqual(numbers);
  });

  test('without a day it finds what leaves from now on', async () => {
    const departsAtMs = Math.floor(Date.now() / 60_000) * 60_000;
    const [gone, next] = [-3_600_000, 3_600_000].map(
      (offset) => `${new Date(departsAtMs + offset).toISOString().slice(0, 19)}Z`,
    );
    const route = { originCode: 'HNL', destinationCode: 'NAN' };
    await addFlight(world(), { ...route, departureTime: gone ?? '' });
    const { flightNumber } = await addFlight(world(), { ...route, departureTime: next ?? '' });
    expect(await numbersFound(world(), 'origin=HNL&destination=NAN')).toEqual([flightNumber]);
    expect(await numbersFound(world(), `origin=HNL&destination=NAN&departAfter=${gone}`)).toEqual([flightNumber]);
  });

  test.for(['departure', '-departure', 'price', '-price', 'duration', '-duration'])(
    'pages sorted by %s hold each flight once, in the order of the whole list',
    async (sort) => {
      await dayOfFlights();
      const route = { originCode: 'ADL', destinationCode: 'AKL' };
      const known = await numbersFound(world(), 'origin=ADL&date=2027-06-06');
      // Same times and prices, so that only the id decides.
      for (let count = known.length; count < 7; count++) {
        await addFlight(world(), { ...route, departureTime: '2027-06-06T01:00:00Z' });
      }
      const whole = await numbersFound(world(), `origin=ADL&date=2027-06-06&sort=${sort}`);
      const paged: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query = `origin=ADL&date=2027-06-06&sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`;
        const { body } = await call(world().url, `GET /flights?${query}`);
        paged.push(...body.data.map(({ flightNumber }: { flightNumber: string }) => flightNumber));
        cursor = body.nextCursor;
      }
      expect(paged).toEqual(whole);
      expect(new Set(paged).size).toBe(7);
    },
  );

  test('a cursor of another search, another list, or of nobody is 400', async () => {
    await dayOfFlights();
    const first = await call(world().url, `GET /flights?date=${date}&limit=1`);
    const cursor = first.body.nextCursor;
    expect((await call(world().url, `GET /flights?date=${date}&limit=3&cursor=${cursor}`)).status).toBe(200);
    const airports = await call(world().url, 'GET /airports?limit=1');
    for (const query of [
      `date=2027-05-06&cursor=${cursor}`,
      `date=${date}&sort=price&cursor=${cursor}`,
      `date=${date}&cursor=${airports.body.nextCursor}`,
      `date=${date}&cursor=${cursor.slice(1)}`,
      `date=${date}&cursor=W10`,
      `date=${date}&cursor=`,
    ]) {
      const refused = await call(world().url, `GET /flights?${query}`);
      expect(refused.body, query).toMatchObject({ status: 400, code: 'invalid_cursor' });
    }
  });

  test.for([
    'date=2026-02-30',
    'date=tomorrow',
    'passengers=0',
    'passengers=10',
    'passengers=1.5',
    'cabin=roof',
    'minPrice=-1',
    'maxPrice=1e9',
    'departAfter=noon',
    'departBefore=2026-12-25T18:00:00+01:00',
    'status=lost',
    'sort=size',
    'limit=0',
    'limit=201',
    'limit=ten',
    'origin=',
    'origin=JFK&origin=LHR',
    'orgin=JFK',
    '__proto__=x',
  ])('a search with %s is refused by the name of the parameter', async (query) => {
    const refused = await call(world().url, `GET /flights?${query}`);
    expect(refused.body).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(refused.body.errors[0].parameter).toBe(query.split('=')[0]);
  });

  test('one flight is tagged with its version, and not sent again to who has it', async () => {
    const flight = await addFlight(world());
    const read = await call(world().url, `GET /flights/${flight.id}`);
    expect(read.body).toEqual(flight);
    expect(read.headers.get('etag')).toBe('"1.0"');
    const again = await call(world().url, `GET /flights/${flight.id}`, { headers: { 'If-None-Match': '"1.0"' } });
    expect([again.status, again.body]).toEqual([304, '']);
    for (const id of ['flt_nobody', '1%20OR%201=1', encodeURIComponent('💺')]) {
      expect((await call(world().url, `GET /flights/${id}`)).body).toMatchObject({
        status: 404,
        code: 'flight_not_found',
      });
    }
  });
});
