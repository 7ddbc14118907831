import { problem } from '@jetbridge/contracts/http/problem.ts';
import { call } from '@jetbridge/testing/call.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type GatewayUnderTest, type Surroundings, startGateway, startSurroundings } from './gateway-under-test.ts';
import { sendRaw } from './raw-request.ts';

let surroundings: Surroundings;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  surroundings = await startSurroundings();
  gateway = await startGateway(surroundings.settings);
});
afterEach(() => {
  for (const service of surroundings.all) service.forget();
});
afterAll(async () => {
  await gateway.stop();
  await surroundings.stop();
});

/** The one request that reached any service. */
function theRequest() {
  const requests = surroundings.all.flatMap((service) => service.requests);
  expect(requests).toHaveLength(1);
  const [request] = requests;
  if (!request) throw new Error('No request reached a service.');
  return request;
}

describe('a request to a service', () => {
  test.each([
    ['GET /api/v1/flights?origin=JFK&destination=LHR', 'flight-search-service', '/flights?origin=JFK&destination=LHR'],
    ['GET /api/v1/flights/flt_1/seat-map', 'booking-service', '/flights/flt_1/seat-map'],
    ['GET /api/v1/users/me', 'auth-service', '/users/me'],
    ['GET /api/v1/users/me/notification-preferences', 'reminder-service', '/users/me/notification-preferences'],
    ['GET /api/v1/cities/New%20York?', 'flight-search-service', '/cities/New%20York?'],
  ] as const)('%s arrives at %s as %s', async (request, name, url) => {
    const answer = await call(gateway.url, request);
    expect(answer.body).toEqual({ name, method: 'GET', url });
    expect(answer.status).toBe(200);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('%s takes its body along, byte for byte', async (method) => {
    const body = '{"name": "S\u00e3o Paulo",\n "n": 9007199254740993}';
    await call(gateway.url, `${method} /api/v1/cities/SAO`, { body });
    expect(theRequest()).toMatchObject({ method, url: '/cities/SAO', body });
    expect(theRequest().headers['content-type']).toBe('application/json');
  });

  test('its body in chunks arrives whole, also on methods that usually have none', async () => {
    for (const method of ['POST', 'GET', 'DELETE']) {
      const answer = await sendRaw(
        gateway.port,
        `${method} /api/v1/bookings HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
      );
      expect(answer.statuses).toEqual([200]);
      expect(theRequest()).toMatchObject({ method, body: 'hello' });
      surroundings.bookings.forget();
    }
  });

  test('of HTTP/1.0, without a Host, is answered like any other', async () => {
    const { text, closed } = await sendRaw(gateway.port, 'GET /api/v1/flights HTTP/1.0\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).not.toMatch(/transfer-encoding/i);
    expect(closed).toBe(true);
  });

  test('a HEAD is answered like a GET without its body', async () => {
    const answer = await call(gateway.url, 'HEAD /api/v1/flights');
    expect(answer.status).toBe(200);
    expect(answer.body).toBe('');
    expect(theRequest().method).toBe('HEAD');
  });
});

describe('the headers of a request', () => {
  const identityHeaders = {
    'X-User-Id': 'usr_admin',
    'x-user-roles': 'admin',
    X_User_Id: 'usr_admin',
    'X-Role': 'admin',
    'X-Roles': 'admin',
    x_role: 'admin',
    'X-Forwarded-For': '203.0.113.1',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'evil.example',
    'X-Real-IP': '203.0.113.1',
    Forwarded: 'for=203.0.113.1',
  };

  test('never carry an identity or an origin that the client made up', async () => {
    await call(gateway.url, 'GET /api/v1/flights', { headers: identityHeaders });
    const { headers } = theRequest();
    expect(Object.keys(headers).filter((name) => /user-id|user_id|role|real-ip|^forwarded/.test(name))).toEqual([]);
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${gateway.port}`,
      host: `127.0.0.1:${surroundings.flights.port}`,
    });
  });

  test('that Connection names are removed, but not what the gateway sets nor what frames the request', async () => {
    const head = [
      'POST /api/v1/bookings HTTP/1.1',
      'Host: x',
      'Connection: close, X-User-Id, X-Custom, X-Request-ID, X-Forwarded-For, Content-Length, Authorization, Host',
      'X-User-Id: usr_admin',
      'X-User-Id: usr_admin',
      'X-Custom: 1',
      'X-Request-ID: from-the-client',
      `Authorization: Bearer ${surroundings.issuer.user().token}`,
      'Content-Length: 5',
    ];
    const answer = await sendRaw(gateway.port, `${head.join('\r\n')}\r\n\r\nhello`);
    expect(answer.statuses).toEqual([200]);
    const { headers, body } = theRequest();
    expect(body).toBe('hello');
    expect(headers['x-user-id']).toBeUndefined();
    expect(headers['x-custom']).toBeUndefined();
    expect(headers).toMatchObject({
      'x-request-id': 'from-the-client',
      'x-forwarded-for': '127.0.0.1',
      'content-length': '5',
      authorization: expect.stringMatching(/^Bearer /),
    });
  });

  test('that are for one hop only do not go on', async () => {
    const head = [
      'GET /api/v1/flights HTTP/1.1',
      'Host: x',
      'Connection: close',
      'Keep-Alive: timeout=5',
      'Proxy-Authorization: Basic eDp5',
      'Proxy-Connection: keep-alive',
      'TE: trailers',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
    ];
    await sendRaw(gateway.port, `${head.join('\r\n')}\r\n\r\n`);
    const { headers } = theRequest();
    expect(Object.keys(headers).toSorted()).toEqual(
      ['connection', 'host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-request-id'].toSorted(),
    );
    expect(headers.connection).toBe('keep-alive');
  });

  test('a token, traceparent and all others go on as they are', async () => {
    const { token } = surroundings.issuer.user();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const headers = {
      traceparent,
      'Idempotency-Key': 'k1',
      'If-None-Match': '"1"',
      constructor: '2',
    };
    await call(gateway.url, 'GET /api/v1/bookings', { token, headers });
    expect(theRequest().headers).toMatchObject({
      authorization: `Bearer ${token}`,
      traceparent,
      'idempotency-key': 'k1',
      'if-none-match': '"1"',
      constructor: '2',
    });
  });

  test('a header named __proto__ has no effect, neither on this request nor on the next', async () => {
    const attack = 'GET /api/v1/flights HTTP/1.1\r\nHost: x\r\nConnection: close\r\n__proto__: polluted\r\n\r\n';
    expect((await sendRaw(gateway.port, attack)).statuses).toEqual([200]);
    surroundings.flights.forget();
    await call(gateway.url, 'GET /api/v1/flights');
    expect(theRequest().headers).not.toHaveProperty('polluted');
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test('with proxies of our own in front, their word for the client is believed', async () => {
    const behindProxy = await startGateway({ ...surroundings.settings, TRUST_PROXY: '1' });
    await call(behindProxy.url, 'GET /api/v1/flights', {
      headers: {
        'X-Forwarded-For': '1.1.1.1, 203.0.113.9',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'book.example.com',
      },
    });
    await behindProxy.stop();
    expect(theRequest().headers).toMatchObject({
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'book.example.com',
    });
  });
});

describe('the request id', () => {
  test('is the one of the client where it is acceptable, on the way there and back', async () => {
    const answer = await call(gateway.url, 'GET /api/v1/flights', { headers: { 'X-Request-ID': 'abc-1.2_3' } });
    expect(answer.headers.get('x-request-id')).toBe('abc-1.2_3');
    expect(theRequest().headers['x-request-id']).toBe('abc-1.2_3');
  });

  test.each(['', 'with space', 'a'.repeat(129), 'semi;colon', '<script>'])(
    'is made where %j was sent',
    async (sent) => {
      const answer = await call(gateway.url, 'GET /api/v1/flights', { headers: { 'X-Request-ID': sent } });
      expect(answer.headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{26}$/);
      expect(theRequest().headers['x-request-id']).toBe(answer.headers.get('x-request-id'));
    },
  );

  test.each(['GET /nowhere', 'GET /health', 'POST /health', 'GET /api/v1/internal/events'] as const)(
    'is on the answer to %s too, and in its problem',
    async (request) => {
      const answer = await call(gateway.url, request, { headers: { 'X-Request-ID': 'mine' } });
      expect(answer.headers.get('x-request-id')).toBe('mine');
      if (answer.status >= 400) expect(problem.parse(answer.body).requestId).toBe('mine');
    },
  );
});

describe('an answer', () => {
  test('goes to the client with its status, headers and cookies, but without those of the hop', async () => {
    surroundings.flights.answerWith((_req, res) => {
      res.writeHead(207, [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['ETag', '"7"'],
        ['Connection', 'close, X-Internal'],
        ['X-Internal', '1'],
        ['X-Powered-By', 'Something'],
        ['X-Request-ID', 'another'],
        ['Content-Type', 'text/plain'],
      ] as never);
      res.write('one ');
      setTimeout(() => res.end('two'), 20);
    });
    const answer = await call(gateway.url, 'GET /api/v1/flights', { headers: { 'X-Request-ID': 'mine' } });
    expect([answer.status, answer.body]).toEqual([207, 'one two']);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('etag')).toBe('"7"');
    expect(answer.headers.get('x-request-id')).toBe('mine');
    for (const name of ['x-internal', 'x-powered-by', 'server']) expect(answer.headers.get(name)).toBeNull();
    const { text } = await sendRaw(gateway.port, 'GET /api/v1/flights HTTP/1.1\r\nHost: x\r\n\r\n', 200);
    expect(text).toContain('\r\nConnection: keep-alive\r\n');
  });

  test('tells browsers what to forbid', async () => {
    const { headers } = await call(gateway.url, 'GET /api/v1/flights');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  test('is answered with our own headers once, whoever answers', async () => {
    const open = await startGateway({ ...surroundings.settings, CORS_ORIGINS: '*', RATE_LIMIT_PER_MINUTE: '100' });
    const preflight = { Origin: 'https://book.example.com', 'Access-Control-Request-Method': 'POST' };
    const counted = ['GET /api/v1/flights', 'GET /api/v1/status', 'GET /api/v1/nowhere', 'POST /api/v1/auth/login'];
    const uncounted = ['GET /health', 'POST /health', 'GET /docs/docs.css', 'GET /a%2fb', 'OPTIONS /api/v1/bookings'];
    for (const request of [...counted, ...uncounted] as Parameters<typeof call>[1][]) {
      const { headers } = await call(open.url, request, { headers: { 'X-Request-ID': 'mine', ...preflight } });
      expect(headers.get('x-request-id'), request).toBe('mine');
      expect(headers.get('x-content-type-options'), request).toBe('nosniff');
      expect(headers.get('content-security-policy'), request).toBe("default-src 'none';frame-ancestors 'none'");
      expect(headers.has('ratelimit'), request).toBe(counted.includes(request));
    }
    await open.stop();
  });

  test('hears the word of its service where that and we say the same header', async () => {
    surroundings.flights.answerWith((_req, res) => {
      res.setHeader('Content-Security-Policy', 'sandbox').setHeader('X-Frame-Options', 'DENY').end('{}');
    });
    const { headers } = await call(gateway.url, 'GET /api/v1/flights');
    expect(headers.get('content-security-policy')).toBe('sandbox');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('lets the pages of listed origins read it, and no others', async () => {
    const CORS_ORIGINS = 'https://book.example.com, https://staff.example.com';
    const open = await startGateway({ ...surroundings.settings, CORS_ORIGINS });
    surroundings.flights.answerWith((_req, res) => res.setHeader('Vary', 'Accept').end('{}'));
    const preflight = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'Idempotency-Key' };
    const from = (Origin: string) => ({ headers: { Origin, ...preflight } });
    const allowed = await call(open.url, 'OPTIONS /api/v1/bookings', from('https://book.example.com'));
    const other = await call(open.url, 'OPTIONS /api/v1/bookings', from('https://evil.example'));
    const read = await call(open.url, 'GET /api/v1/flights', from('https://book.example.com'));
    const missing = await call(open.url, 'GET /api/v1/nowhere', from('https://staff.example.com'));
    const readByOther = await call(open.url, 'GET /api/v1/flights', from('https://evil.example'));
    await open.stop();
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://book.example.com');
    expect(allowed.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
    expect(allowed.headers.get('access-control-allow-methods')).toContain('PATCH');
    for (const answer of [other, readByOther]) expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    // A page can tell what went wrong only from an answer that it may read.
    expect(missing.headers.get('access-control-allow-origin')).toBe('https://staff.example.com');
    // A cache must not give the answer for one origin to another.
    for (const { headers } of [allowed, other, missing]) expect(headers.get('vary')).toContain('Origin');
    for (const { headers } of [read, readByOther]) expect(headers.get('vary')).toBe('Origin, Accept');
    // Who calls is told by tokens alone: browsers send no cookies along.
    for (const { headers } of [allowed, read]) expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(read.headers.get('access-control-expose-headers')).toContain('X-Request-ID');
  });
});

describe('an address without a service', () => {
  test.each(['/nowhere', '/api/v1', '/api/v1/nowhere', '/apiary', '/internal/events', '/api/v1/internal/events'])(
    '%s is answered with 404 not_found',
    async (path) => {
      const answer = await call(gateway.url, `GET ${path}`);
      expect(answer.status).toBe(404);
      expect(problem.parse(answer.body)).toMatchObject({ code: 'not_found', status: 404 });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect((await call(gateway.url, `HEAD ${path}`)).status).toBe(404);
    },
  );
});
