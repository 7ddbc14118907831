import diagnostics from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { problem } from '@jetbridge/contracts/http/problem.ts';
import { systemStatus } from '@jetbridge/contracts/system/status-routes.ts';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';
import { type RawService, startRawService } from './raw-service.ts';

const upstreamTimeoutMs = 1_500;

let surroundings: Surroundings;
let service: RawService;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  surroundings = await startSurroundings();
});
beforeEach(async () => {
  service = await startRawService({ name: 'flights' });
  gateway = await startGateway({
    ...surroundings.settings,
    FLIGHT_SERVICE_URL: service.url,
    UPSTREAM_TIMEOUT_MS: String(upstreamTimeoutMs),
    // A request that is counted takes its connection in one turn of the event loop, and is written in the next.
    RATE_LIMIT_PER_MINUTE: '100',
    HEALTH_CHECK_EVERY_MS: '60000',
  });
  expect((await call(gateway.url, 'GET /api/v1/flights')).status).toBe(200);
  await eventually(() => expect(service.connections.size).toBe(1));
});
afterEach(async () => {
  await gateway.stop();
  await service.stop();
});
afterAll(() => surroundings.stop());

/** Does something at once when the gateway makes its next request for flights, of which nothing is written then. */
function onceRequestIsMade(work: () => void): void {
  const channel = 'http.client.request.created';
  const listen = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    if (!(request instanceof ClientRequest) || request.path !== '/flights') return;
    diagnostics.unsubscribe(channel, listen);
    work();
  };
  diagnostics.subscribe(channel, listen);
}

function blockFor(durationMs: number): void {
  const endsAtMs = performance.now() + durationMs;
  while (performance.now() < endsAtMs);
}

test('a request whose connection was idle for the whole time of a service before its first byte is not given up', async () => {
  await wait(upstreamTimeoutMs * 0.7);
  onceRequestIsMade(() => blockFor(upstreamTimeoutMs * 0.5));
  expect((await call(gateway.url, 'GET /api/v1/flights')).status).toBe(200);
  expect(service.requests).toHaveLength(2);
});

test('a write whose connection was reset before its first byte had no effect, and the instance is not blamed', async () => {
  onceRequestIsMade(() => {
    for (const connection of service.connections) connection.resetAndDestroy();
  });
  const write = await call(gateway.url, 'DELETE /api/v1/flights');
  expect(service.requests).toHaveLength(1);
  expect(write.status).toBe(503);
  expect(problem.parse(write.body)).toMatchObject({ code: 'service_unavailable', effect: 'none' });
  const { services } = systemStatus.parse((await call(gateway.url, 'GET /api/v1/status')).body);
  expect(services['flight-search-service'].instances).toMatchObject([{ state: 'up', inFlight: 0 }]);
});

test('a write whose connection was reset after its first byte may have had one', async () => {
  service.answerWith((connection) => connection.resetAndDestroy());
  const write = await call(gateway.url, 'DELETE /api/v1/flights');
  expect(service.requests).toHaveLength(2);
  expect(write.status).toBe(502);
  expect(problem.parse(write.body)).toMatchObject({ code: 'bad_gateway', effect: 'unknown' });
});
