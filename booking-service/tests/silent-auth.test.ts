import { startTokenIssuer, type TokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, describe, expect, test } from 'vitest';
import { buildOrder, useBookingService } from './booking-world.ts';
import { buildFlight } from './flight-catalogue-server.ts';

describeOnEachDatabase('while auth-service says nothing of changed access', (database) => {
  let silent: TokenIssuer;
  const world = useBookingService(database, async () => {
    silent = await startTokenIssuer({ isSilent: true });
    return { PAYMENT_PROVIDER: 'none', AUTH_SERVICE_URL: silent.url };
  });
  afterAll(() => silent?.stop());

  test('customers go on; what staff needs a permission for is answered 503 without effect', async () => {
    const { url, catalogue } = world();
    const { token } = silent.user();
    const placed = await call(url, 'POST /bookings', { token, body: buildOrder(catalogue.put(buildFlight())) });
    expect(placed.status).toBe(201);
    expect((await call(url, 'GET /bookings', { token })).body.data).toHaveLength(1);
    expect((await call(url, 'GET /reports/sales?from=2026-01-01&to=2026-01-02&by=day', { token })).status).toBe(403);

    const staff = { token: silent.admin().token };
    const refused = [
      await call(url, `GET /bookings/${placed.body.id}`, staff),
      await call(url, `POST /bookings/${placed.body.id}/cancel`, staff),
      await call(url, 'GET /reports/sales?from=2026-01-01&to=2026-01-02&by=day', staff),
    ];
    for (const { status, body, headers } of refused) {
      expect([status, body.code, body.effect]).toEqual([503, 'service_unavailable', 'none']);
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect((await call(url, `GET /bookings/${placed.body.id}`, { token })).body.status).toBe('confirmed');
  });
});

describe('a token that is outdated', () => {
  describeOnEachDatabase('at booking-service', (database) => {
    const world = useBookingService(database);

    test('is refused within 5 s, though it was accepted before; those of others go on', async () => {
      const { url, issuer } = world();
      const [user, other] = [issuer.user(), issuer.user()];
      expect((await call(url, 'GET /bookings', user)).status).toBe(200);
      issuer.outdate(user);
      await eventually(async () => expect((await call(url, 'GET /bookings', user)).body.code).toBe('token_outdated'), {
        timeoutMs: 5_000,
      });
      expect((await call(url, 'GET /bookings', other)).status).toBe(200);
    });
  });
});
