import { exportBookingsRoute } from '@jetbridge/contracts/bookings/internal.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { internalToken } from '@jetbridge/testing/service.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight, revise, withSeats } from './flight-catalogue-server.ts';

describeOnEachDatabase('users and what is held on them', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'none' });

  async function book(user: { token: string }, key?: string) {
    const { url, catalogue } = world();
    const flightId = catalogue.put(buildFlight());
    const order = buildOrder(flightId, {
      passengers: [{ firstName: 'Grace', lastName: 'Hopper', type: 'adult', dateOfBirth: '1906-12-09' }],
      contact: { email: 'grace@example.com', phone: '+1 555 0100' },
    });
    const headers = key === undefined ? {} : { 'Idempotency-Key': key };
    const { status, body } = await call(url, 'POST /bookings', { token: user.token, headers, body: order });
    expect(status).toBe(201);
    return body;
  }
  const cancel = (user: { token: string }, id: string) =>
    call(world().url, `POST /bookings/${id}/cancel`, { token: user.token });
  const exportOf = (userId: string, token = internalToken('auth-service', 'booking-service')) =>
    call(world().url, `GET /internal/users/${userId}/data`, { token });
  /** All of what a booking and its passengers hold. */
  const stored = async (id: string) =>
    JSON.stringify([
      await world().rows('SELECT * FROM bookings WHERE id = ?', [id]),
      await world().rows('SELECT * FROM passengers WHERE booking_id = ?', [id]),
    ]);
  /** Makes the moment come at which a user who left is looked at. */
  const lookNow = async (userId: string) => {
    await eventually(async () =>
      expect(await world().rows('SELECT * FROM deleted_users WHERE user_id = ?', [userId])).toHaveLength(1),
    );
    await world().rewrite('UPDATE deleted_users SET look_at_ms = 1 WHERE user_id = ?', [userId]);
  };

  test('are told all of it at once, for services alone', async () => {
    const user = world().issuer.user();
    const stranger = world().issuer.user();
    const first = await book(user);
    const second = await book(user);
    await book(stranger);
    const { status, body } = await exportOf(user.userId);
    expect(status).toBe(200);
    expect(exportBookingsRoute.answer.schema.parse(body)).toEqual(body);
    expect(body.bookings.map(({ id }: { id: string }) => id)).toEqual([second.id, first.id]);
    expect(body.bookings[0]).toMatchObject({ contact: second.contact, history: [{ action: 'placed' }] });
    expect((await exportOf('usr_unknown')).body).toEqual({ bookings: [], waitlist: [] });
    expect((await exportOf(user.userId, user.token)).status).toBe(401);
  });

  async function wait(user: { token: string }) {
    const { url, catalogue, issuer } = world();
    const flight = buildFlight();
    const flightId = catalogue.put(revise(flight, withSeats(flight, 1)));
    expect((await call(url, 'POST /bookings', { token: issuer.user().token, body: buildOrder(flightId) })).status).toBe(
      201,
    );
    const passengers = [{ firstName: 'Grace', lastName: 'Hopper', type: 'adult', dateOfBirth: '1906-12-09' }];
    const contact = { email: 'grace@example.com', phone: '+1 555 0100' };
    const body = { flightId, cabin: 'economy', passengers, contact };
    const joined = await call(url, 'POST /waitlist', { token: user.token, body });
    expect([joined.status, joined.body.status]).toEqual([201, 'waiting']);
    return joined.body;
  }

  test('are told of the lines that they stand in, and of those they left', async () => {
    const user = world().issuer.user();
    const left = await wait(user);
    const waiting = await wait(user);
    expect((await call(world().url, `DELETE /waitlist/${left.id}`, { token: user.token })).status).toBe(204);
    const { body } = await exportOf(user.userId);
    expect(exportBookingsRoute.answer.schema.parse(body)).toEqual(body);
    expect(body.waitlist).toMatchObject([
      { id: waiting.id, status: 'waiting', contact: { email: 'grace@example.com' } },
      { id: left.id, status: 'closed', passengers: [{ firstName: 'Grace' }] },
    ]);
  });

  test('that left stand in no line any more, and those they stood in do not tell who they were', async () => {
    const { issuer } = world();
    const user = issuer.user();
    const waiting = await wait(user);
    issuer.publish('user.deleted', { id: user.userId, version: 2 });
    await lookNow(user.userId);
    const entry = async () => (await world().rows('SELECT * FROM waitlist_entries WHERE id = ?', [waiting.id]))[0];
    await eventually(
      async () => expect(await entry()).toMatchObject({ status: 'withdrawn', waiting: null, passengers: '[]' }),
      { timeoutMs: 15_000 },
    );
    expect(JSON.stringify(await entry())).not.toMatch(/Grace|Hopper|grace@|\+1 555|1906-/);
  });

  test('that left keep the books, but neither names nor contacts of what is over', async () => {
    const { url, issuer } = world();
    const user = issuer.user();
    const over = await book(user, 'key-of-a-user-who-leaves');
    const ahead = await book(user);
    await cancel(user, over.id);
    issuer.publish('user.deleted', { id: user.userId, version: 2 });
    await lookNow(user.userId);
    await eventually(async () => expect(await stored(over.id)).not.toMatch(/Grace|Hopper|grace@|\+1 555|1906-/), {
      timeoutMs: 15_000,
    });
    expect(await stored(ahead.id)).toMatch(/Grace.*Hopper/);
    const kept = await world().rows<{ answer_body: string }>(
      'SELECT answer_body FROM idempotency_keys WHERE user_id = ?',
      [user.userId],
    );
    expect(kept).toEqual([]);
    const seen = await call(url, `GET /bookings/${over.id}`, { token: issuer.support().token });
    expect(seen.body).toMatchObject({ reference: over.reference, total: over.total, status: 'cancelled' });
    const found = await call(url, 'POST /bookings/lookup', { body: { reference: over.reference, lastName: 'Hopper' } });
    expect(found.status).toBe(404);
  });

  test('that left lose the names of a journey two days after its last departure', async () => {
    const { issuer } = world();
    const user = issuer.user();
    const booking = await book(user);
    issuer.publish('user.deleted', { id: user.userId, version: 2 });
    await lookNow(user.userId);
    const lookAt = async () =>
      Number(
        (
          await world().rows<{ look_at_ms: number }>('SELECT look_at_ms FROM deleted_users WHERE user_id = ?', [
            user.userId,
          ])
        )[0]?.look_at_ms,
      );
    const dueMs = Date.parse(booking.segments[0].departureTime) + 2 * 86_400_000;
    await eventually(async () => expect(await lookAt()).toBe(dueMs), { timeoutMs: 15_000 });
    await world().rewrite('UPDATE segments SET departs_at_ms = ? WHERE booking_id = ?', [
      Date.now() - 3 * 86_400_000,
      booking.id,
    ]);
    await lookNow(user.userId);
    await eventually(async () => expect(await stored(booking.id)).not.toMatch(/Grace|Hopper|grace@/), {
      timeoutMs: 15_000,
    });
    await eventually(async () => expect(await lookAt()).toBe(0));
  });
});
