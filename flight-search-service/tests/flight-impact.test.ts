import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { expect, test } from 'vitest';
import { addFlight, useFlightService } from './flight-world.ts';

describeOnEachDatabase('the impact of a change', (database) => {
  const world = useFlightService(database);

  test('is what booking-service counts, for staff alone', async () => {
    const { url, issuer } = world();
    const { id } = await addFlight(world());
    const path = `GET /flights/${id}/impact` as const;
    const { body } = await call(url, path, { token: issuer.admin().token });
    expect(body).toEqual({ flightId: id, bookings: 2, pendingBookings: 1, passengers: 5, cabins: [] });
    expect((await call(url, path, { token: issuer.user().token })).status).toBe(403);
    expect((await call(url, path)).status).toBe(401);
    const unknown = await call(url, 'GET /flights/flt_nobody/impact', { token: issuer.admin().token });
    expect(unknown.body).toMatchObject({ status: 404, code: 'flight_not_found' });
  });
});
