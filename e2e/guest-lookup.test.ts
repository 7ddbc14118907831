import { call } from '@jetbridge/testing/call.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedCall } from './checked-call.ts';
import { longestStartMs, type System, startSystem } from './system.ts';

describe('a traveller without an account', () => {
  let system: System;
  let bought: { id: string; reference: string };
  let owner: string;
  beforeAll(async () => {
    system = await startSystem({ RATE_LIMIT_PER_MINUTE: '200' });
    const { api } = system;
    const account = { email: 'grace@example.com', password: 'correct horse battery', name: 'Grace Hopper' };
    owner = (await checkedCall(api, 'POST /auth/register', { body: account })).body.accessToken;
    const date = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    const found = await checkedCall(api, `GET /flights?origin=JFK&destination=LHR&date=${date}&limit=1`);
    const body = {
      flights: [{ flightId: found.body.data[0].id, cabin: 'economy' }],
      passengers: [{ firstName: 'Grace', lastName: 'Hopper', type: 'adult' }],
      contact: { email: account.email },
      payment: { method: 'card', token: 'tok_visa' },
    };
    const placed = await checkedCall(api, 'POST /bookings', { token: owner, body });
    expect(placed.status).toBe(201);
    bought = placed.body;
  }, longestStartMs);
  afterAll(() => system?.stop());

  test('finds the booking through the gateway and reads it, its quote and its documents, but changes nothing', async () => {
    const { api } = system;
    const body = { reference: bought.reference, lastName: 'HOPPER' };
    const found = await checkedCall(api, 'POST /bookings/lookup', { body });
    expect(found).toMatchObject({ status: 200, body: { booking: { id: bought.id }, expiresIn: 3_600 } });
    const token = found.body.accessToken;
    expect((await checkedCall(api, `GET /bookings/${bought.id}`, { token })).body).toMatchObject({ id: bought.id });
    expect((await checkedCall(api, `GET /bookings/${bought.id}/refund-quote`, { token })).status).toBe(200);
    const ticket = await checkedCall(api, `GET /bookings/${bought.id}/ticket.pdf`, { token });
    expect([ticket.status, ticket.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(ticket.body.slice(0, 5)).toBe('%PDF-');
    const calendar = await checkedCall(api, `GET /bookings/${bought.id}/calendar.ics`, { token });
    expect(calendar.body).toContain(`Booking ${bought.reference}: confirmed`);
    expect((await checkedCall(api, `POST /bookings/${bought.id}/cancel`, { token })).status).toBe(401);
    for (const path of ['/bookings', `/reminders?bookingId=${bought.id}`]) {
      expect((await checkedCall(api, `GET ${path}`, { token })).status).toBe(401);
    }
    expect((await checkedCall(api, `GET /bookings/${bought.id}`, { token: owner })).body.status).toBe('confirmed');
  });

  test('is slowed down on each reference, beside the budget of the address', async () => {
    const { api } = system;
    const guess = () =>
      checkedCall(api, 'POST /bookings/lookup', { body: { reference: 'ZZZZZZ', lastName: 'Hopper' } });
    const answers = [];
    for (let n = 0; n < 11; n++) answers.push(await guess());
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 404), 429]);
    expect(answers.at(-1)?.body.code).toBe('rate_limited');
    // The address has a budget of forty look-ups; those of another kind of request go on.
    const spent = await Promise.all(Array.from({ length: 40 }, guess));
    expect(spent.map(({ status }) => status)).toContain(429);
    expect((await call(api, 'GET /airlines')).status).toBe(200);
  });
});
