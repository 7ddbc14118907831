import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { expect, test } from 'vitest';
import { buildNewFlight, usd, useFlightService } from './flight-world.ts';

describeOnEachDatabase('what staff does to flights is told to the audit log', (database) => {
  const world = useFlightService(database);

  async function deeds(target: string) {
    const rows = await world().rows<{ envelope: string }>(
      "SELECT envelope FROM outbox WHERE type = 'audit.recorded' ORDER BY id",
    );
    return rows.map(({ envelope }) => JSON.parse(envelope).data).filter((data) => data.target === target);
  }

  test('with what was and is, by whom, whence and in which request; refused changes are not', async () => {
    const { url, issuer } = world();
    const admin = issuer.admin();
    const headers = { 'X-Forwarded-For': '203.0.113.7', 'X-Request-ID': 'req-of-a-test' };
    const as = (request: Parameters<typeof call>[1], body?: unknown) =>
      call(url, request, { token: admin.token, headers, ...(body === undefined ? {} : { body }) });
    const made = await as('POST /flights', buildNewFlight());
    const { id } = made.body;
    expect((await as(`PATCH /flights/${id}`, { fares: [{ cabin: 'economy', price: usd(31_000) }] })).status).toBe(200);
    expect((await as(`PATCH /flights/${id}`, { status: 'delayed' })).status).toBe(200);
    expect((await as(`PATCH /flights/${id}`, { status: 'lost' })).status).toBe(422);
    expect((await as(`DELETE /flights/${id}`)).status).toBe(204);
    const told = await deeds(id);
    expect(told.map(({ action, before, after }) => ({ action, before, after }))).toEqual([
      { action: 'flight.created', before: null, after: expect.objectContaining({ seats: { economy: 100 } }) },
      {
        action: 'flight.price_changed',
        before: { prices: { economy: 29_900 } },
        after: { prices: { economy: 31_000 } },
      },
      { action: 'flight.changed', before: { status: 'scheduled' }, after: { status: 'delayed' } },
      { action: 'flight.deleted', before: expect.objectContaining({ status: 'delayed' }), after: null },
    ]);
    for (const deed of told) {
      expect(deed).toMatchObject({
        service: 'flight-search-service',
        actor: admin.userId,
        targetType: 'flight',
        address: '203.0.113.7',
        requestId: 'req-of-a-test',
      });
    }
  });
});
