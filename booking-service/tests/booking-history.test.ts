import { type HistoryEntryDocument, historyEntry } from '@jetbridge/contracts/bookings/history.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight, delay, revise } from './flight-catalogue-server.ts';

const card = (token: string) => ({ method: 'card', token });

describeOnEachDatabase('the history of a booking', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox' });

  async function book(overrides: object, flight = buildFlight()) {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(flight);
    const { userId, token } = issuer.user();
    const headers = { 'X-Request-ID': `place-${flightId}` };
    const placed = await call(url, 'POST /bookings', { token, headers, body: buildOrder(flightId, overrides) });
    return { status: placed.status, booking: placed.body, flight, flightId, userId, token };
  }
  async function historyOf(id: string, token: string): Promise<HistoryEntryDocument[]> {
    const { status, body } = await call(world().url, `GET /bookings/${id}/history`, { token });
    expect(status).toBe(200);
    expect(body.nextCursor).toBeNull();
    return body.data.map((entry: unknown) => historyEntry.parse(entry));
  }
  const actionsOf = async (id: string, token: string) => (await historyOf(id, token)).map(({ action }) => action);

  test('is told to the audit log as far as staff made it, with the request and its address', async () => {
    const { url, issuer, rows } = world();
    const { booking, flightId, token } = await book({ payment: card('tok_visa') });
    const seats = [{ flightId, passenger: 0, seat: '9A' }];
    await call(url, `PUT /bookings/${booking.id}/seats`, { token, body: { seats } });
    const support = issuer.support();
    const headers = { 'X-Request-ID': 'req-of-staff', 'X-Forwarded-For': '203.0.113.7' };
    await call(url, `POST /bookings/${booking.id}/cancel`, { token: support.token, headers });
    const told = await rows<{ envelope: string }>(
      "SELECT envelope FROM outbox WHERE type = 'audit.recorded' ORDER BY id",
    );
    const deeds = told.map(({ envelope }) => JSON.parse(envelope).data).filter(({ target }) => target === booking.id);
    expect(deeds).toEqual([
      expect.objectContaining({
        service: 'booking-service',
        actor: support.userId,
        action: 'booking.cancelled',
        targetType: 'booking',
        before: expect.objectContaining({ status: 'confirmed' }),
        after: expect.objectContaining({
          status: 'cancelled',
          refunds: [expect.objectContaining({ amount: { amount: 24_900, currency: 'USD' } })],
        }),
        requestId: 'req-of-staff',
        address: '203.0.113.7',
      }),
    ]);
    expect(JSON.stringify(deeds)).not.toMatch(/Ada|Lovelace|example\.com/);
  });

  test('tells who did what, from the sale to the refund', async () => {
    const { url, issuer } = world();
    const { booking, flightId, userId, token } = await book({ payment: card('tok_visa') });
    const [passenger] = booking.passengers;
    const seat = { flightId, passenger: 0, seat: '9A' };
    await call(url, `PUT /bookings/${booking.id}/seats`, { token, body: { seats: [seat] } });
    const support = issuer.support();
    const cancelled = await call(url, `POST /bookings/${booking.id}/cancel`, {
      token: support.token,
      headers: { 'X-Request-ID': 'cancel-by-staff' },
    });
    expect(cancelled.status).toBe(200);
    await eventually(async () => expect(await historyOf(booking.id, token)).toHaveLength(4));

    const [placed, seated, ended, refunded] = await historyOf(booking.id, token);
    expect(placed).toMatchObject({
      at: booking.updatedAt,
      actor: { type: 'user', id: userId },
      action: 'placed',
      before: null,
      after: { status: 'confirmed', total: booking.total, payments: [{ status: 'succeeded' }] },
      requestId: `place-${flightId}`,
    });
    expect(seated).toMatchObject({
      actor: { type: 'user', id: userId },
      action: 'seats_changed',
      before: { seats: { [passenger.id]: { [flightId]: passenger.seats[flightId] } } },
      after: { seats: { [passenger.id]: { [flightId]: '9A' } } },
    });
    expect(ended).toMatchObject({
      actor: { type: 'staff' },
      action: 'cancelled',
      before: { status: 'confirmed' },
      after: { status: 'cancelled', refunds: [{ status: 'processing' }] },
      requestId: 'cancel-by-staff',
    });
    expect(refunded).toMatchObject({ actor: { type: 'system' }, action: 'refunded' });

    expect(ended?.actor.id).toBeUndefined();
    const seenByStaff = await historyOf(booking.id, support.token);
    expect(seenByStaff[2]?.actor).toEqual({ type: 'staff', id: support.userId });
  });

  test('tells of each attempt to pay for what is held', async () => {
    const { url } = world();
    const { booking, token } = await book({});
    for (const [cardToken, status] of [
      ['tok_declined', 402],
      ['tok_visa', 201],
    ] as const) {
      const paid = await call(url, `POST /bookings/${booking.id}/payments`, { token, body: card(cardToken) });
      expect(paid.status).toBe(status);
    }
    expect(await actionsOf(booking.id, token)).toEqual([
      'held',
      'payment_started',
      'payment_failed',
      'payment_started',
      'confirmed',
    ]);
  });

  test('has nothing of a booking that came to nothing', async () => {
    const { status, flightId } = await book({ payment: card('tok_declined') });
    expect(status).toBe(402);
    const rows = await world().rows('SELECT * FROM booking_history WHERE request_id = ?', [`place-${flightId}`]);
    expect(rows).toEqual([]);
  });

  test('tells what the airline did', async () => {
    const { catalogue } = world();
    const { booking, flight, token } = await book({ payment: card('tok_visa') });
    const later = revise(flight, delay(flight, 90));
    catalogue.put(later);
    catalogue.tell('flight.updated', later);
    await eventually(async () => expect(await actionsOf(booking.id, token)).toEqual(['placed', 'flight_changed']));
    catalogue.tell('flight.cancelled', revise(later, { status: 'cancelled' }));
    await eventually(async () => expect(await actionsOf(booking.id, token)).toContain('cancelled'));
    const [, moved, cancelled] = await historyOf(booking.id, token);
    expect(moved).toMatchObject({
      actor: { type: 'airline' },
      before: { segments: [{ departureTime: flight.flight.departureTime }] },
      after: { segments: [{ departureTime: later.flight.departureTime }] },
      requestId: null,
    });
    expect(cancelled).toMatchObject({ actor: { type: 'airline' }, action: 'cancelled' });
  });

  test('comes in pages, the newest last', async () => {
    const { url } = world();
    const { booking, token } = await book({});
    await call(url, `POST /bookings/${booking.id}/payments`, { token, body: card('tok_visa') });
    const actions: string[] = [];
    let cursor = '';
    for (let page = 0; page < 3; page++) {
      const { body } = await call(url, `GET /bookings/${booking.id}/history?limit=1${cursor}`, { token });
      actions.push(...body.data.map(({ action }: HistoryEntryDocument) => action));
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(actions).toEqual(['held', 'payment_started', 'confirmed']);
    const other = await book({});
    const foreign = await call(url, `GET /bookings/${other.booking.id}/history?limit=1${cursor}`, other);
    expect(foreign.status).toBe(400);
  });

  test('is for the owner and for staff, not for who has looked the booking up', async () => {
    const { url, issuer } = world();
    const { booking } = await book({});
    const strangers = await call(url, `GET /bookings/${booking.id}/history`, { token: issuer.user().token });
    expect(strangers).toMatchObject({ status: 404, body: { code: 'booking_not_found' } });
    const body = { reference: booking.reference, lastName: 'Lovelace' };
    const { accessToken } = (await call(url, 'POST /bookings/lookup', { body })).body;
    expect((await call(url, `GET /bookings/${booking.id}/history`, { token: accessToken })).status).toBe(401);
  });
});
