import http from 'node:http';
import { health, readiness } from '@jetbridge/contracts/system/routes.ts';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';
import { type RecordingService, startRecordingService } from './recording-service.ts';

let surroundings: Surroundings;

beforeAll(async () => {
  surroundings = await startSurroundings();
});
afterAll(() => surroundings.stop());

/** A gateway that looks at its services often. */
const startWatchful = (settings = {}) =>
  startGateway({ ...surroundings.settings, HEALTH_CHECK_EVERY_MS: '50', ...settings });

describe('GET /health', () => {
  test('says that this process lives, and which version it is', async () => {
    const gateway = await startWatchful();
    const answer = await call(gateway.url, 'GET /health');
    expect(answer.status).toBe(200);
    expect(health.parse(answer.body)).toMatchObject({ status: 'ok', version: packageJson.version });
    expect((await call(gateway.url, 'HEAD /health')).status).toBe(200);
    const write = await call(gateway.url, 'POST /health');
    expect(write.status).toBe(405);
    expect(write.headers.get('allow')).toBe('GET, HEAD');
    await gateway.stop();
  });
});

describe('GET /ready', () => {
  test('is ok while all services answer', async () => {
    const gateway = await startWatchful();
    const answer = await call(gateway.url, 'GET /ready');
    expect(answer.status).toBe(200);
    expect(readiness.parse(answer.body).status).toBe('ok');
    expect(Object.keys(answer.body.services)).toEqual([
      'auth-service',
      'flight-search-service',
      'booking-service',
      'reminder-service',
    ]);
    await gateway.stop();
  });

  test('is degraded while one is down, and ok again when it is back', async () => {
    const port = await freePort();
    let reminders: RecordingService = await startRecordingService({ port });
    const gateway = await startWatchful({ REMINDER_SERVICE_URL: reminders.url });
    await reminders.stop();
    await eventually(async () => {
      const answer = await call(gateway.url, 'GET /ready');
      expect(answer.status).toBe(200);
      expect(readiness.parse(answer.body)).toMatchObject({
        status: 'degraded',
        services: { 'auth-service': { status: 'up' }, 'reminder-service': { status: 'down' } },
      });
    });
    reminders = await startRecordingService({ port });
    await eventually(async () => expect((await call(gateway.url, 'GET /ready')).body.status).toBe('ok'));
    await gateway.stop();
    await reminders.stop();
  });

  test('is 503 when no service answers, while the process still says that it lives', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const gateway = await startWatchful({
      AUTH_SERVICE_URL: nobody,
      FLIGHT_SERVICE_URL: nobody,
      BOOKING_SERVICE_URL: nobody,
      REMINDER_SERVICE_URL: nobody,
    });
    const answer = await call(gateway.url, 'GET /ready');
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ code: 'not_ready', services: { 'auth-service': { status: 'down' } } });
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect((await call(gateway.url, 'GET /health')).status).toBe(200);
    await gateway.stop();
  });
});

describe('a gateway that stops', () => {
  test('says so to who asks whether it is ready, answers what it works on, and then lets go', async () => {
    const gateway = await startWatchful();
    surroundings.flights.answerWith((_req, res) => void setTimeout(() => res.end('late'), 300));
    const running = call(gateway.url, 'GET /api/v1/flights');
    await eventually(() => expect(surroundings.flights.requests).toHaveLength(1));
    const stopped = gateway.stop();
    expect(await running).toMatchObject({ status: 200, body: 'late' });
    await stopped;
    await expect(call(gateway.url, 'GET /health')).rejects.toThrow();
    surroundings.flights.forget();
  });

  test('answers requests on kept connections, and tells their clients to leave', async () => {
    const gateway = await startWatchful();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () =>
      new Promise<http.IncomingMessage>((resolve, reject) => {
        const req = http.get(`${gateway.url}/api/v1/flights`, { agent }, (res) => {
          res.resume().on('end', () => resolve(res));
        });
        req.on('error', reject);
      });
    const first = await ask();
    expect(first.headers.connection).toBe('keep-alive');
    const stopped = gateway.stop();
    const last = await ask();
    expect([last.statusCode, last.headers.connection]).toEqual([200, 'close']);
    await stopped;
    agent.destroy();
  });
});
