import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { internalToken } from '@jetbridge/testing/service.ts';
import { expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';

describeOnEachDatabase('whom a change of a flight would hit', (database) => {
  const world = useBookingService(database, { PAYMENT_PROVIDER: 'sandbox' });
  const impactOf = (flightId: string) =>
    call(world().url, `GET /internal/flights/${flightId}/impact`, {
      token: internalToken('flight-search-service', 'booking-service'),
    });

  test('are those with paid and with held bookings, but none whose booking is cancelled', async () => {
    const { url, issuer, catalogue } = world();
    const flight = buildFlight();
    catalogue.put(flight);
    const { id } = flight.flight;
    const { token } = issuer.user();
    const [adult] = buildOrder(id).passengers;
    const family = [adult, { ...adult, firstName: 'Anne', type: 'infant' }];
    const payment = { method: 'card', token: 'tok_visa' };
    const place = async (body: object) => {
      const placed = await call(url, 'POST /bookings', { token, body });
      expect(placed.status).toBe(201);
      return placed.body;
    };
    await place(buildOrder(id, { passengers: family, payment }));
    await place(buildOrder(id, { flights: [{ flightId: id, cabin: 'business' }] }));
    const cancelled = await place(buildOrder(id, { payment }));
    await call(url, `POST /bookings/${cancelled.id}/cancel`, { token });
    expect((await impactOf(id)).body).toMatchObject({
      flightId: id,
      bookings: 1,
      pendingBookings: 1,
      passengers: 3,
      cabins: expect.arrayContaining([
        { cabin: 'business', sold: 0, held: 1 },
        { cabin: 'economy', sold: 1, held: 0 },
      ]),
    });
  });

  test('is nobody on a flight that was never sold; and only services may ask', async () => {
    expect((await impactOf('flt_never')).body).toEqual({
      flightId: 'flt_never',
      bookings: 0,
      pendingBookings: 0,
      passengers: 0,
      cabins: [],
    });
    const { token } = world().issuer.admin();
    expect((await call(world().url, 'GET /internal/flights/flt_never/impact', { token })).status).toBe(401);
  });
});
