import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccessLog } from '../src/http/access-log.ts';
import { type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';

let surroundings: Surroundings;

beforeAll(async () => {
  surroundings = await startSurroundings();
});
afterAll(() => surroundings.stop());

const linesIn = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the access log', () => {
  test('has a line for each request: who, what, where it went, and how long all of it and the service took', async () => {
    const gateway = await startGateway(surroundings.settings);
    const { token, userId } = surroundings.issuer.user();
    surroundings.flights.answerWith((_req, res) => void setTimeout(() => res.end('late'), 60));
    await call(gateway.url, 'GET /api/v1/flights', { token, headers: { 'X-Request-ID': 'logged' } });
    surroundings.flights.forget();
    await call(gateway.url, 'GET /api/v1/nowhere');
    await gateway.stop();
    const lines = linesIn(gateway.accessLog.join(''));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      requestId: 'logged',
      userId,
      clientAddress: '127.0.0.1',
      method: 'GET',
      path: '/api/v1/flights',
      status: 200,
      upstream: 'flight-search-service',
      attempts: 1,
      headMs: expect.any(Number),
    });
    expect(lines[0].upstreamMs).toBeGreaterThan(50);
    expect(lines[0].totalMs).toBeGreaterThanOrEqual(lines[0].upstreamMs - 5);
    expect(lines[1]).toMatchObject({ path: '/api/v1/nowhere', status: 404 });
    for (const field of ['userId', 'upstream', 'upstreamMs', 'attempts']) expect(lines[1]).not.toHaveProperty(field);
  });

  test('tells when a head went out only where it was seen to', async () => {
    const gateway = await startGateway(surroundings.settings);
    const { token } = surroundings.issuer.user({ permissions: ['reports:read'] });
    surroundings.auth.answerWith((_req, res) => void setTimeout(() => res.end('{}'), 60));
    await call(gateway.url, 'GET /api/v1/status', { token });
    surroundings.auth.forget();
    await call(gateway.url, 'GET /api/v1/nowhere');
    await gateway.stop();
    const [status, nowhere] = linesIn(gateway.accessLog.join(''));
    // It was written by another app, after it had waited for auth-service.
    expect(status).toMatchObject({ path: '/api/v1/status', status: 200 });
    expect(status.totalMs).toBeGreaterThan(50);
    expect(status).not.toHaveProperty('headMs');
    expect(nowhere).toMatchObject({ status: 404, headMs: expect.any(Number) });
  });

  test('has no token, no query, no name of a look-up, and nothing that a header or a body said', async () => {
    const gateway = await startGateway(surroundings.settings);
    const { token } = surroundings.issuer.user();
    const linkToken = 'very-secret-token-of-a-link-that-has-43-letters';
    await call(gateway.url, `GET /api/v1/flights?access_token=${token}&q=hidden-query`, { token });
    await call(gateway.url, `POST /api/v1/unsubscribe/${linkToken}`, { body: {} });
    await call(gateway.url, `POST /API/V1/Unsubscribe/${linkToken}/`, { body: {} });
    await call(gateway.url, `GET /api/v1//unsubscribe/${linkToken}`);
    await call(gateway.url, `GET /${linkToken}`);
    await call(gateway.url, 'POST /api/v1/bookings/lookup', { body: { reference: 'SECRT1', lastName: 'Hiddenson' } });
    await call(gateway.url, 'POST /api/v1/auth/login', { body: { email: 'hidden@example.com', password: 'hunter22' } });
    await call(gateway.url, 'GET /api/v1/flights', {
      headers: { Cookie: 'session=cookie-secret', Referer: 'http://x/referer-secret' },
    });
    await gateway.stop();
    const text = gateway.accessLog.join('');
    expect(linesIn(text)).toHaveLength(8);
    const secrets = [token, 'hidden-query', linkToken, 'SECRT1', 'Hiddenson', 'hidden@', 'hunter22', 'cookie-secret'];
    for (const secret of [...secrets, 'referer-secret']) expect(text).not.toContain(secret);
    expect(linesIn(text).map(({ path }) => path)).toContain('/api/v1/unsubscribe/[secret]');
  });

  test('stays one line for each request, whatever the request says', async () => {
    const gateway = await startGateway(surroundings.settings);
    await call(gateway.url, 'GET /api/v1/flights/%0a%22%7d', { headers: { 'X-Request-ID': 'a"b' } });
    await gateway.stop();
    expect(linesIn(gateway.accessLog.join(''))).toHaveLength(1);
  });

  test('drops lines that nobody takes, instead of keeping them in memory, and counts them', () => {
    const written: string[] = [];
    let dropped = 0;
    const sink = { writableLength: 0, write: (text: string) => written.push(text) };
    const log = createAccessLog(sink, (lines) => {
      dropped += lines;
    });
    log.stream.write('taken\n');
    log.flush();
    sink.writableLength = 17_000_000;
    for (let line = 0; line < 2_000; line++) log.stream.write('lost\n');
    log.flush();
    sink.writableLength = 0;
    log.stream.write('taken again\n');
    log.flush();
    expect(written).toEqual(['taken\n', 'taken again\n']);
    expect(dropped).toBe(2_000);
  });

  test('is written to its last line by a process that is told to stop', { timeout: 60_000 }, async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        LOG_LEVEL: 'fatal',
        PORT: String(port),
        RATE_LIMIT_PER_MINUTE: '0',
        ...surroundings.settings,
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => expect((await call(url, 'GET /health')).status).toBe(200), { timeoutMs: 40_000 });
    const ended = once(child, 'close');
    const requests = Array.from({ length: 200 }, () => call(url, 'GET /api/v1/flights'));
    await requests[0];
    child.kill('SIGTERM');
    const answers = await Promise.allSettled(requests);
    await ended;
    const answered = answers.filter(({ status }) => status === 'fulfilled').length;
    expect(answered).toBeGreaterThan(0);
    expect(linesIn(text).filter(({ path }) => path === '/api/v1/flights')).toHaveLength(answered);
  });
});
