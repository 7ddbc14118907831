import { salesReportRoute } from '@jetbridge/contracts/bookings/report-routes.ts';
import type { FlightForSale } from '@jetbridge/contracts/flights/internal.ts';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight, revise } from './flight-catalogue-server.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const payment = { method: 'card', token: 'tok_visa' };

/** Each test has a day of its own, far ahead. */
let nextDay = 0;

describeOnEachDatabase('the report of sales', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox' });

  const newDay = () => new Date(Date.UTC(2028, 0, 1 + 3 * nextDay++)).toISOString().slice(0, 10);

  function flightOn(day: string, changes: Partial<FlightForSale['flight']> = {}): FlightForSale {
    const { flight, ...rest } = buildFlight({ economySeats: 90 });
    const departureTime = `${day}T18:00:00Z`;
    const departure = { departureTime, arrivalTime: `${day}T23:00:00Z`, departureLocal: `${day}T13:00` };
    const sold = { ...rest, flight: { ...flight, ...departure, ...changes } };
    world().catalogue.put(sold);
    return sold;
  }
  async function book(flights: readonly FlightForSale[], overrides: object = {}) {
    const { token } = world().issuer.user();
    const wanted = flights.map(({ flight }) => ({ flightId: flight.id, cabin: 'economy' }));
    const body = buildOrder('', { flights: wanted, payment, ...overrides });
    const placed = await call(world().url, 'POST /bookings', { token, body });
    expect(placed.status).toBe(201);
    return { id: placed.body.id, token };
  }
  const ask = (query: string, headers: Record<string, string> = {}) =>
    call(world().url, `GET /reports/sales?${query}`, { token: world().issuer.support().token, headers });
  async function linesOf(query: string) {
    const { status, body } = await ask(query);
    expect({ status, body }).toMatchObject({ status: 200 });
    return salesReportRoute.answer.schema.parse(body).data;
  }

  test('adds up seats, revenue and load factor of a day, by its flights and routes', async () => {
    const day = newDay();
    const there = flightOn(day);
    const other = flightOn(day, { flightNumber: 'BA180' });
    await book([there]);
    await book([there, other], {
      passengers: [
        { firstName: 'Ada', lastName: 'Lovelace', type: 'adult' },
        { firstName: 'Anne', lastName: 'Lovelace', type: 'infant' },
      ],
    });
    // What is held brings nothing in yet.
    await book([other], { payment: undefined });

    const sums = { seats: 3, capacity: 200, loadFactor: 0.015, revenue: usd(3 * 29_900) };
    expect(await linesOf(`from=${day}&to=${day}`)).toEqual([{ day, ...sums }]);
    expect(await linesOf(`from=${day}&to=${day}&by=route`)).toEqual([{ origin: 'JFK', destination: 'LHR', ...sums }]);
    // Ids of the same millisecond are in any order.
    const byFlight = await linesOf(`from=${day}&to=${day}&by=flight`);
    const inOrder = byFlight.toSorted((one, two) => String(one.flightNumber).localeCompare(String(two.flightNumber)));
    expect(inOrder).toEqual([
      {
        day,
        flightId: there.flight.id,
        flightNumber: 'BA178',
        origin: 'JFK',
        destination: 'LHR',
        seats: 2,
        capacity: 100,
        loadFactor: 0.02,
        revenue: usd(2 * 29_900),
      },
      expect.objectContaining({ flightId: other.flight.id, flightNumber: 'BA180', seats: 1, revenue: usd(29_900) }),
    ]);
  });

  test('counts what is kept of a cancelled booking, on its flights by their prices to the cent', async () => {
    const day = newDay();
    const nextOne = newDay();
    const price = (amount: number) => usd(amount);
    const { fares } = flightOn(day).flight;
    const cheap = flightOn(day, { fares: fares.map((fare) => ({ ...fare, price: price(10_001) })) });
    const dear = flightOn(nextOne, { fares: fares.map((fare) => ({ ...fare, price: price(20_002) })) });
    const { id, token } = await book([cheap, dear]);
    // So that the fee of each fare is kept.
    await makeOlder(id);
    const cancelled = await call(world().url, `POST /bookings/${id}/cancel`, { token });
    expect(cancelled.body.refunds).toMatchObject([{ amount: usd(5_001 + 15_002) }]);

    const lines = await linesOf(`from=${day}&to=${nextOne}`);
    expect(lines.map((line) => [line.day, line.seats, line.revenue.amount])).toEqual([
      [day, 0, 3_333],
      [nextOne, 0, 6_667],
    ]);
  });

  test('counts what a changed booking has brought in, with its fees, on the flights it holds now', async () => {
    const [day, nextOne] = [newDay(), newDay()];
    const { fares } = flightOn(day).flight;
    const free = flightOn(nextOne, { fares: fares.map((fare) => ({ ...fare, price: usd(0) })) });
    const changedTo = async ({ flight }: FlightForSale, cabin: string) => {
      const { id, token } = await book([flightOn(day)]);
      // So that there is a fee.
      await makeOlder(id);
      const body = { flights: [{ flightId: flight.id, cabin }], payment };
      expect((await call(world().url, `POST /bookings/${id}/change`, { token, body })).status).toBe(200);
    };
    await changedTo(flightOn(nextOne), 'business');
    await changedTo(free, 'economy');
    const lines = await linesOf(`from=${day}&to=${nextOne}`);
    expect(lines.map((line) => [line.day, line.seats, line.revenue.amount])).toEqual([
      [day, 0, 0],
      [nextOne, 2, 120_000 + 2 * 3_000],
    ]);
  });

  test('a cancelled flight has nothing to fill', async () => {
    const day = newDay();
    const flight = flightOn(day);
    await book([flight]);
    world().catalogue.tell('flight.cancelled', revise(flight, { status: 'cancelled' }));
    await eventually(async () =>
      expect(await linesOf(`from=${day}&to=${day}`)).toEqual([
        { day, seats: 0, capacity: 0, loadFactor: null, revenue: usd(0) },
      ]),
    );
  });

  test('days are those at the airport of departure', async () => {
    const [day, nextOne] = [newDay(), newDay()];
    await book([flightOn(day, { departureLocal: `${nextOne}T01:00` })]);
    expect((await linesOf(`from=${day}&to=${nextOne}`)).map((line) => line.day)).toEqual([nextOne]);
    await withOwnDatabase('UPDATE flights SET departure_day = NULL WHERE departure_day = ?', [nextOne]);
    expect((await linesOf(`from=${day}&to=${nextOne}`)).map((line) => line.day)).toEqual([nextOne]);
  });

  test('comes in pages of lines', async () => {
    const day = newDay();
    const flights = [flightOn(day), flightOn(day), flightOn(day)];
    await book(flights);
    const ids: (string | undefined)[] = [];
    let cursor = '';
    for (let page = 0; page < 3; page++) {
      const { body } = await ask(`from=${day}&to=${day}&by=flight&limit=1${cursor}`);
      ids.push(...salesReportRoute.answer.schema.parse(body).data.map(({ flightId }) => flightId));
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : 'none';
    }
    expect(ids).toEqual(flights.map(({ flight }) => flight.id).toSorted());
    expect(cursor).toBe('none');
    const first = await ask(`from=${day}&to=${day}&by=flight&limit=1`);
    expect((await ask(`from=${day}&to=${day}&by=day&cursor=${first.body.nextCursor}`)).status).toBe(400);
  });

  test('comes as CSV, which runs nothing, and as nothing else', async () => {
    const day = newDay();
    await book([flightOn(day, { flightNumber: '=HYPERLINK(1)' })]);
    const csv = await ask(`from=${day}&to=${day}&by=flight`, { Accept: 'text/csv' });
    expect(csv.status).toBe(200);
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    expect(csv.headers.get('content-disposition')).toBe(`attachment; filename="sales-by-flight-${day}-${day}.csv"`);
    const [titles, line, end] = csv.body.split('\r\n');
    expect(titles).toBe('day,flightId,flightNumber,origin,destination,seats,capacity,loadFactor,revenueMinor,currency');
    expect(line).toMatch(new RegExp(`^${day},flt_\\w+,'=HYPERLINK\\(1\\),JFK,LHR,1,100,0.01,29900,USD$`));
    expect(end).toBe('');
    const byRoute = await ask(`from=${day}&to=${day}&by=route`, { Accept: 'text/csv' });
    expect(byRoute.body).toBe(
      'origin,destination,seats,capacity,loadFactor,revenueMinor,currency\r\nJFK,LHR,1,100,0.01,29900,USD\r\n',
    );
    const other = await ask(`from=${day}&to=${day}`, { Accept: 'application/xml' });
    expect(other).toMatchObject({ status: 406, body: { code: 'not_acceptable' } });
  });

  test.for([
    ['from=2027-01-01', 'to'],
    ['from=2027-01-02&to=2027-01-01', 'to'],
    ['from=2027-01-01&to=2028-02-05', 'to'],
    ['from=2027-02-30&to=2027-03-01', 'from'],
    ['from=2027-01-01&to=2027-01-01&by=user', 'by'],
  ] as const)('%s is no range', async ([query, parameter]) => {
    expect(await ask(query)).toMatchObject({ status: 422, body: { errors: [{ parameter }] } });
  });

  test('a range of 400 days is one, and who may not read reports sees none', async () => {
    expect((await ask('from=2027-01-01&to=2028-02-04')).status).toBe(200);
    const { token } = world().issuer.user();
    expect((await call(world().url, 'GET /reports/sales', { token })).status).toBe(403);
    expect((await call(world().url, 'GET /reports/sales')).status).toBe(401);
  });

  /** Beyond the day in which cancelling is free. */
  const makeOlder = (bookingId: string) =>
    withOwnDatabase('UPDATE bookings SET created_at_ms = created_at_ms - 90000000 WHERE id = ?', [bookingId]);

  async function withOwnDatabase(sql: string, replacements: string[]): Promise<void> {
    const { profile } = loadConfig({ ...database.settings(), INTERNAL_SECRET: testInternalSecret });
    const own = await openDatabase(profile.database, createLogger({ service: 'test', level: 'fatal' }));
    await own.write((transaction) => own.sequelize.query(sql, { replacements, transaction }));
    await own.close();
  }
});
