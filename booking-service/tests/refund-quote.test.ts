import { refundQuote } from '@jetbridge/contracts/bookings/after-sale-routes.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const dayMs = 86_400_000;
const card = { payment: { method: 'card', token: 'tok_visa' } };

describeOnEachDatabase('the quote of a refund', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox' });

  async function book(overrides: object = card, flight = buildFlight()) {
    const { url, issuer, catalogue } = world();
    const flightId = catalogue.put(flight);
    const { userId, token } = issuer.user();
    const placed = await call(url, 'POST /bookings', { token, body: buildOrder(flightId, overrides) });
    expect(placed.status).toBe(201);
    return { booking: placed.body, flightId, userId, token };
  }
  const quoteOf = (id: string, token: string, headers: Record<string, string> = {}) =>
    call(world().url, `GET /bookings/${id}/refund-quote`, { token, headers });

  test('names the rule, and is what a cancellation gives back', async () => {
    const { booking, flightId, token } = await book();
    const quote = await quoteOf(booking.id, token);
    expect(quote.status).toBe(200);
    expect(refundQuote.parse(quote.body)).toEqual({
      refund: usd(24_900),
      fee: usd(5_000),
      lines: [{ flightId, paid: usd(29_900), refund: usd(24_900), rule: 'fare_refundable' }],
    });
    const { body: cancelled } = await call(world().url, `POST /bookings/${booking.id}/cancel`, { token });
    expect(cancelled.refunds).toMatchObject([{ amount: usd(24_900), rule: 'fare_refundable' }]);
  });

  test('gives everything back on the day of booking a flight that leaves in ten days', async () => {
    const { booking, token } = await book(card, buildFlight({ departsInMs: 10 * dayMs }));
    const { body } = await quoteOf(booking.id, token);
    expect(body).toMatchObject({ refund: usd(29_900), fee: usd(0), lines: [{ rule: 'free_within_24_hours' }] });
  });

  test('is zeros for a booking that nothing was paid for', async () => {
    const { booking, flightId, token } = await book({});
    expect(booking.status).toBe('pending');
    const { body } = await quoteOf(booking.id, token);
    const line = { flightId, paid: usd(0), refund: usd(0), rule: 'fare_refundable' };
    expect(body).toEqual({ refund: usd(0), fee: usd(0), lines: [line] });
  });

  test('is tagged, and not sent again while it is the same', async () => {
    const { booking, token } = await book();
    const first = await quoteOf(booking.id, token);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toBe(`"${booking.version}.24900"`);
    const again = await quoteOf(booking.id, token, { 'If-None-Match': tag });
    expect(again).toMatchObject({ status: 304, body: '' });
  });

  test("is for its owner and for who may change anybody's, and nobody else knows that it is there", async () => {
    const { booking } = await book();
    const { issuer } = world();
    expect((await quoteOf(booking.id, issuer.support().token)).status).toBe(200);
    const reader = issuer.user({ permissions: ['bookings:read:any'] });
    const strangers = await quoteOf(booking.id, reader.token);
    const unknown = await quoteOf('bkg_unknown', reader.token);
    expect(strangers.status).toBe(404);
    expect({ ...strangers.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
  });

  test('refuses what can not be cancelled, as cancelling does', async () => {
    const cancelled = await book();
    await call(world().url, `POST /bookings/${cancelled.booking.id}/cancel`, { token: cancelled.token });
    expect(await quoteOf(cancelled.booking.id, cancelled.token)).toMatchObject({
      status: 409,
      body: { code: 'booking_cancelled' },
    });
  });
});
