import { once } from 'node:events';
import { connect } from 'node:net';
import { describeWithBroker } from '@jetbridge/testing/broker.ts';
import type { Answer } from '@jetbridge/testing/call.ts';
import { mariadbDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedCall } from './checked-call.ts';
import { longestStartMs, type System, startSystem, testAdmin } from './system.ts';

const settings = { WORLD_TIMETABLE: 'off', PAYMENT_TIMEOUT_SECONDS: '3' };

describe('attacks on sales, on SQLite, without a broker', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem(settings);
  }, longestStartMs);
  afterAll(() => system?.stop());
  attack(() => system);
});

describeWithBroker('attacks on sales, on MariaDB', (broker) => {
  const mariadb = mariadbDatabase();
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ ...settings, ...mariadb.settings(), ...broker.settings() });
  }, longestStartMs);
  afterAll(() => system?.stop());
  attack(() => system);
});

function attack(system: () => System): void {
  let people = 0;
  let flights = 0;

  async function tokenOf(name: string): Promise<string> {
    people += 1;
    const body = { email: `${name}${people}@example.com`, password: 'correct horse battery', name };
    return (await checkedCall(system().api, 'POST /auth/register', { body })).body.accessToken;
  }

  async function flightWith(seats: number): Promise<string> {
    flights += 1;
    const { api } = system();
    const token = (await checkedCall(api, 'POST /auth/login', { body: testAdmin })).body.accessToken;
    const departsAtMs = Math.floor(Date.now() / 60_000) * 60_000 + 10 * 86_400_000;
    const instant = (unixMs: number) => `${new Date(unixMs).toISOString().slice(0, 19)}Z`;
    const body = {
      ...{ flightNumber: `BA${100 + flights}`, airlineCode: 'BA', originCode: 'JFK', destinationCode: 'LHR' },
      ...{ departureTime: instant(departsAtMs), arrivalTime: instant(departsAtMs + 25_200_000) },
      airplaneId: 'apl_boeing_777_300er',
      fares: [{ cabin: 'economy', price: { amount: 29_900, currency: 'USD' }, seats }],
    };
    return (await checkedCall(api, 'POST /flights', { token, body })).body.id;
  }

  const order = (flightId: string, more: object = {}) => ({
    flights: [{ flightId, cabin: 'economy' }],
    passengers: [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }],
    contact: { email: 'ada@example.com' },
    payment: { method: 'card', token: 'tok_visa' },
    ...more,
  });
  const ownBookings = async (token: string) => (await checkedCall(system().api, 'GET /bookings', { token })).body.data;

  test('200 buyers at once of the last seat: one has it, and no other is charged', async () => {
    const { api } = system();
    const flightId = await flightWith(1);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf('buyer')));
    const buyers = Array.from({ length: 200 }, (_, index) => tokens[index % tokens.length] ?? '');
    const answers = await Promise.all(
      buyers.map((token) => checkedCall(api, 'POST /bookings', { token, body: order(flightId) })),
    );
    const outcomes = Map.groupBy(answers, ({ status, body }) => (status === 201 ? 'sold' : body.code));
    expect(outcomes.get('sold')).toHaveLength(1);
    expect(outcomes.get('sold_out')).toHaveLength(199);
    const bookings = (await Promise.all(tokens.map(ownBookings))).flat();
    expect(bookings).toHaveLength(1);
    expect(bookings[0]).toMatchObject({ status: 'confirmed', payments: [{ status: 'succeeded' }] });
  }, 60_000);

  test('one key 20 times at once: one booking, byte-identical answers, nothing for another body or another user', async () => {
    const { api } = system();
    const flightId = await flightWith(50);
    const token = await tokenOf('repeater');
    const headers = { 'Idempotency-Key': 'the-same-key' };
    const body = order(flightId, { payment: { method: 'card', token: 'tok_slow' } });
    const first = await Promise.all(
      Array.from({ length: 20 }, () => checkedCall(api, 'POST /bookings', { token, headers, body })),
    );
    const made = first.filter(({ status }) => status === 201);
    expect(made.filter((answer) => answer.headers.get('idempotent-replayed') === null)).toHaveLength(1);
    for (const { status, body: refused } of first.filter((answer) => !made.includes(answer))) {
      expect([status, refused.code]).toEqual([409, 'idempotency_in_progress']);
    }
    const again = await checkedCall(api, 'POST /bookings', { token, headers, body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual(made[0]?.body);
    expect(await ownBookings(token)).toHaveLength(1);

    const otherBody = await checkedCall(api, 'POST /bookings', { token, headers, body: order(flightId) });
    expect(otherBody.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    const other = await tokenOf('other');
    const theirs = await checkedCall(api, 'POST /bookings', { token: other, headers, body: order(flightId) });
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(again.body.id);
    const long = { 'Idempotency-Key': 'x'.repeat(300) };
    const malformed = await checkedCall(api, 'POST /bookings', { token, headers: long, body: order(flightId) });
    expect(malformed.body).toMatchObject({ status: 400, code: 'bad_header' });
  }, 60_000);

  test('a socket cut right after a payment was sent: the repeat tells the truth, and money is taken once', async () => {
    const { api } = system();
    const token = await tokenOf('cutter');
    const headers = { 'Idempotency-Key': 'cut-off' };
    const body = order(await flightWith(5));
    await sendAndCut(`${api}/bookings`, { token, headers, body });
    const told = await eventually(async () => {
      const answer = await checkedCall(api, 'POST /bookings', { token, headers, body });
      expect(answer.status).toBe(201);
      return answer;
    });
    const bookings = await ownBookings(token);
    expect(bookings.map(({ id }: { id: string }) => id)).toEqual([told.body.id]);
    expect(bookings[0].payments).toHaveLength(1);
  }, 60_000);

  test("someone else's booking is unknown by every route", async () => {
    const { api } = system();
    const placed = await checkedCall(api, 'POST /bookings', {
      token: await tokenOf('owner'),
      body: order(await flightWith(5)),
    });
    const token = await tokenOf('stranger');
    const payment = { method: 'card', token: 'tok_visa' };
    const seats = { seats: [{ flightId: placed.body.segments[0].flightId, passenger: 0, seat: '20A' }] };
    const attempts = (id: string): Promise<Answer>[] => [
      checkedCall(api, `GET /bookings/${id}`, { token }),
      checkedCall(api, `POST /bookings/${id}/cancel`, { token }),
      checkedCall(api, `POST /bookings/${id}/payments`, { token, body: payment }),
      checkedCall(api, `PUT /bookings/${id}/seats`, { token, body: seats }),
    ];
    const theirs = await Promise.all(attempts(placed.body.id));
    const nobodys = await Promise.all(attempts('bkg_01k7v6j4k8m2n6p0q4r8s2t6vw'));
    expect(theirs.map(withoutRequestId)).toEqual(nobodys.map(withoutRequestId));
    expect(theirs.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });

  test('cancelled twice at once: one refund, and nothing is paid after the end', async () => {
    const { api } = system();
    const token = await tokenOf('canceller');
    const { body: placed } = await checkedCall(api, 'POST /bookings', { token, body: order(await flightWith(5)) });
    const cancels = await Promise.all(
      Array.from({ length: 5 }, () => checkedCall(api, `POST /bookings/${placed.id}/cancel`, { token })),
    );
    for (const { status, body } of cancels) expect([status, body.refunds.length]).toEqual([200, 1]);
    const paid = await checkedCall(api, `POST /bookings/${placed.id}/payments`, {
      token,
      body: { method: 'card', token: 'tok_visa' },
    });
    expect(paid.body).toMatchObject({ status: 409, code: 'booking_cancelled' });
    await eventually(async () => {
      const [booking] = await ownBookings(token);
      expect(booking).toMatchObject({ refunds: [{ status: 'succeeded', amount: { amount: 29_900 } }] });
    });
  });
}

const withoutRequestId = ({ status, body }: Answer) => ({ status, body: { ...body, requestId: '' } });

async function sendAndCut(
  address: string,
  { token, headers, body }: { token: string; headers: Record<string, string>; body: object },
): Promise<void> {
  const { hostname, port, pathname } = new URL(address);
  const text = JSON.stringify(body);
  const lines = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  await new Promise((resolve) => socket.write(`${lines.join('\r\n')}\r\n\r\n${text}`, resolve));
  socket.destroy();
}
