import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedCall } from './checked-call.ts';
import { longestStartMs, type System, startSystem } from './system.ts';

describe('waiting through the gateway', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({});
  }, longestStartMs);
  afterAll(() => system?.stop());

  test('leads to an offer that goes to the address of the account and is paid for', async () => {
    const { api } = system;
    const account = { email: 'grace@example.com', password: 'correct horse battery', name: 'Grace Hopper' };
    const token = (await checkedCall(api, 'POST /auth/register', { body: account })).body.accessToken;
    const date = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    const found = await checkedCall(api, `GET /flights?origin=JFK&destination=LHR&date=${date}&limit=1`);
    const body = {
      flightId: found.body.data[0].id,
      cabin: 'economy',
      passengers: [{ firstName: 'Grace', lastName: 'Hopper', type: 'adult' }],
    };
    expect((await checkedCall(api, 'POST /waitlist', { body })).status).toBe(401);
    // Nobody is before her, and seats are free.
    const joined = await checkedCall(api, 'POST /waitlist', { token, body });
    expect(joined).toMatchObject({ status: 201, body: { status: 'offered', contact: { email: account.email } } });
    expect((await checkedCall(api, 'POST /waitlist', { token, body })).body.code).toBe('already_waiting');

    const { id, bookingId } = joined.body;
    expect((await checkedCall(api, `DELETE /waitlist/${id}`, { token })).body.code).toBe('waitlist_offered');
    const payment = { method: 'card', token: 'tok_visa' };
    expect((await checkedCall(api, `POST /bookings/${bookingId}/payments`, { token, body: payment })).status).toBe(201);
    const list = await checkedCall(api, 'GET /waitlist?limit=10', { token });
    expect(list.body).toMatchObject({ data: [{ id, status: 'booked', bookingId }], nextCursor: null });

    const passengers = Array.from({ length: 9 }, () => ({ firstName: 'Grace', lastName: 'Hopper', type: 'adult' }));
    const next = await checkedCall(api, 'POST /waitlist', { token, body: { ...body, cabin: 'business', passengers } });
    await checkedCall(api, `POST /bookings/${next.body.bookingId}/cancel`, { token });
    expect((await checkedCall(api, `DELETE /waitlist/${next.body.id}`, { token })).status).toBe(204);
  });
});
