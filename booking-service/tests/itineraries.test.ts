import { type ItineraryOffer, itineraryIdPurpose } from '@jetbridge/contracts/flights/itineraries.ts';
import { createTextSigner } from '@jetbridge/service-kit/auth/signed-text.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });

/** The id of an itinerary as flight-search-service would make it, for 299.00 unless said otherwise. */
function itineraryOf(
  flights: ItineraryOffer['flights'],
  more: Partial<ItineraryOffer> = {},
  purpose = itineraryIdPurpose,
) {
  const offer: ItineraryOffer = {
    flights,
    cabin: 'economy',
    currency: 'USD',
    expiresAtMs: Date.now() + 60_000,
    ...more,
  };
  return createTextSigner({ secret: testInternalSecret, purpose }).sign(JSON.stringify(offer));
}

describeOnEachDatabase('booking an itinerary', (database) => {
  const world = useBookingService(database);
  const passengers = buildOrder('').passengers;
  const order = (itineraryId: string, more: object = {}) => {
    const { flights: _flights, ...rest } = buildOrder('');
    return { ...rest, itineraryId, ...more };
  };
  const place = (body: object, headers: Record<string, string> = {}, token = world().issuer.user().token) =>
    call(world().url, 'POST /bookings', { token, body, headers });
  const bookings = async () => (await world().rows('SELECT id FROM bookings')).length;

  test('takes its flights in its cabin at its price, whatever they cost by now', async () => {
    const [there, back] = [buildFlight(), buildFlight({ departsInMs: 5 * 86_400_000 })];
    for (const flight of [there, back]) world().catalogue.put(flight);
    const flights = [
      { id: there.flight.id, price: 11_100 },
      { id: back.flight.id, price: 22_200 },
    ];
    const itineraryId = itineraryOf(flights, { cabin: 'business' });
    const two = [...passengers, { firstName: 'Byron', lastName: 'Lovelace', type: 'adult' }];
    const placed = await place(order(itineraryId, { passengers: two, expectedTotal: usd(66_600) }));
    expect(placed.status).toBe(201);
    expect(placed.body).toMatchObject({
      status: 'confirmed',
      total: usd(66_600),
      segments: [
        { flightId: there.flight.id, cabin: 'business', fare: { price: usd(11_100) } },
        { flightId: back.flight.id, cabin: 'business', fare: { price: usd(22_200) } },
      ],
    });
  });

  test('whose price no longer holds is 409 and sells nothing; a repeated request gets its first answer all the same', async () => {
    const flight = buildFlight();
    world().catalogue.put(flight);
    const before = await bookings();
    const late = await place(
      order(itineraryOf([{ id: flight.flight.id, price: 100 }], { expiresAtMs: Date.now() - 1 })),
    );
    expect(late.body).toMatchObject({ status: 409, code: 'itinerary_expired' });
    expect(await bookings()).toBe(before);

    const { token } = world().issuer.user();
    const shortly = itineraryOf([{ id: flight.flight.id, price: 100 }], { expiresAtMs: Date.now() + 1_500 });
    const key = { 'Idempotency-Key': 'one-itinerary' };
    const placed = await place(order(shortly), key, token);
    expect(placed.status).toBe(201);
    await expect
      .poll(async () => (await place(order(shortly))).body.code, { timeout: 5_000 })
      .toBe('itinerary_expired');
    const again = await place(order(shortly), key, token);
    expect([again.status, again.body]).toEqual([201, placed.body]);
  });

  test('that no search here has made is 404', async () => {
    const flight = buildFlight();
    world().catalogue.put(flight);
    const flights = [{ id: flight.flight.id, price: 100 }];
    const good = itineraryOf(flights);
    const [, signature] = good.split('.');
    const dearer = itineraryOf([{ id: flight.flight.id, price: 200 }]).split('.')[0];
    const before = await bookings();
    for (const forged of [
      '',
      'itn_1',
      `${dearer}.${signature}`,
      itineraryOf(flights, {}, 'something else'),
      '💺'.repeat(50),
    ]) {
      expect((await place(order(forged))).body, forged).toMatchObject({ status: 404, code: 'itinerary_not_found' });
    }
    expect(await bookings()).toBe(before);
  });

  test.for([
    [{ itineraryId: 'a', flights: [{ flightId: 'flt_1', cabin: 'economy' }] }, '/itineraryId'],
    [{ itineraryId: 17 }, '/itineraryId'],
    [{ itineraryId: 'a'.repeat(3_001) }, '/itineraryId'],
    [{ itineraryId: undefined }, '/flights'],
  ] as const)('with %j is refused', async ([more, pointer]) => {
    const { body } = await place(order('a', more));
    expect(body).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });
});
