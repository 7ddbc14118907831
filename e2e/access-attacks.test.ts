import { readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { publicRoutes } from '@jetbridge/contracts/openapi/public-routes.ts';
import { createInternalTokens } from '@jetbridge/service-kit/auth/internal-tokens.ts';
import { signLookupToken } from '@jetbridge/service-kit/auth/lookup-tokens.ts';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { forgedTokens, type RealToken, withClaims } from '@jetbridge/testing/forged-tokens.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  claimsOf,
  guardedRoutes,
  knownSecrets,
  logIn,
  logInAdmin,
  type Person,
  password,
  readSigningKey,
  signUp,
  signUpWith,
  untilOutdatedEverywhere,
} from './people.ts';
import { longestStartMs, type System, startSystem } from './system.ts';

const prefix = '/api/v1';

/** Every route that a permission guards, at its address, with ids that nothing has. */
const staffRoutes = publicRoutes.flatMap(({ route: { id, method, path, access } }) =>
  typeof access === 'object'
    ? [{ id, method: method.toUpperCase(), path: `${prefix}${path.replaceAll(/:\w+/g, 'nothing')}` }]
    : [],
);

let system: System;
let admin: Person;
let customer: Person;
beforeAll(async () => {
  system = await startSystem(knownSecrets);
  admin = await logInAdmin(system);
  customer = await signUp(system);
}, longestStartMs);
afterAll(() => system?.stop());

/** A request whose path goes out as it is written; `fetch` would tidy it up. */
async function ask(request: { method: string; path: string; token?: string; headers?: http.OutgoingHttpHeaders }) {
  const { hostname, port } = new URL(system.gateway);
  const authorization = request.token === undefined ? {} : { Authorization: `Bearer ${request.token}` };
  const headers = { ...authorization, ...request.headers };
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const sent = http.request({ hostname, port, method: request.method, path: request.path, headers, agent: false });
    sent.once('error', reject).once('response', (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      res.once('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
    });
    sent.end();
  });
}

describe('staff routes', () => {
  test('are closed to customers, and to nobody at all, however they are written', async () => {
    expect(staffRoutes.length).toBeGreaterThanOrEqual(14);
    for (const { id, method, path } of staffRoutes) {
      const methods = method === 'GET' ? ['GET', 'HEAD'] : [method];
      const spellings = [path, `${path}/`, path.replace(/\w+$/, (word) => word.toUpperCase()), `${path}?x=1`];
      for (const one of methods) {
        for (const spelling of spellings) {
          const answer = await ask({ method: one, path: spelling, token: customer.token });
          expect([id, one, spelling, answer.status]).toEqual([id, one, spelling, 403]);
          const nobody = await ask({ method: one, path: spelling });
          expect([id, nobody.status, nobody.headers['www-authenticate']]).toEqual([id, 401, 'Bearer']);
        }
        const [, ...segments] = path.split('/');
        for (const spelling of [
          `/${path}`,
          path.replace(/\/(?=\w+$)/, '//'),
          `${path}/%2e`,
          `/%2e/${segments.join('/')}`,
        ]) {
          const { status } = await ask({ method: one, path: spelling, token: customer.token });
          expect([400, 403, 404], `${one} ${spelling}`).toContain(status);
        }
      }
    }
  }, 60_000);

  test('stay closed to who says in headers that they are staff', async () => {
    const claimed = {
      'X-User-Id': admin.id,
      X_User_Id: admin.id,
      'X-Role': 'admin',
      'X-Roles': ['admin', 'admin'],
      'X-Permissions': 'users:read',
      Connection: 'close, X-User-Id, X-Role, Authorization, X-Request-ID',
    };
    for (const { id, method, path } of staffRoutes) {
      const answers = [
        await ask({ method, path, token: customer.token, headers: claimed }),
        await ask({ method, path, headers: claimed }),
      ];
      expect([id, ...answers.map(({ status }) => status)]).toEqual([id, 403, 401]);
    }
    const own = await ask({ method: 'GET', path: `${prefix}/users/me`, token: customer.token, headers: claimed });
    expect(JSON.parse(own.text).id).toBe(customer.id);
  });
});

describe('forged tokens', () => {
  test('are refused by every service, all with one same body', async () => {
    expect(forgedTokens.length).toBeGreaterThanOrEqual(40);
    const { INTERNAL_SECRET: secret } = knownSecrets;
    const real: RealToken = {
      ...(await readSigningKey(system)),
      claims: claimsOf(admin.token),
      others: {
        refresh: admin.refresh,
        internal: createInternalTokens({ from: 'auth-service', secret }).tokenFor('reminder-service'),
        lookup: signLookupToken('bkg_1', { service: 'booking-service', secret }),
      },
    };
    const bodies = new Set<string>();
    for (const route of Object.values(guardedRoutes)) {
      const genuine = await call(system.api, route, { token: withClaims({})(real) });
      expect(genuine.status).not.toBe(401);
      for (const [name, forge] of forgedTokens) {
        const { status, body, headers } = await call(system.api, route, { token: forge(real) });
        expect([route, name, status, body.code]).toEqual([route, name, 401, 'invalid_token']);
        expect(headers.get('www-authenticate')).toBe('Bearer');
        const { requestId, ...rest } = body;
        expect(requestId).toMatch(/^req_/);
        bodies.add(JSON.stringify(rest));
      }
    }
    expect(bodies.size).toBe(1);
  }, 60_000);
});

describe('access that is taken away', () => {
  const longestMs = 5_000;

  async function staffWhoMayNoMore(takeAway: (person: Person) => Promise<unknown>): Promise<[number, Person]> {
    const person = await signUpWith(system, admin, ['support']);
    // Every service has seen the token and remembers it.
    for (const route of Object.values(guardedRoutes)) {
      expect((await call(system.api, route, { token: person.token })).status).not.toBe(401);
    }
    const startedMs = performance.now();
    await takeAway(person);
    return [await untilOutdatedEverywhere(system, person.token, startedMs), person];
  }

  const asAdmin = (request: Parameters<typeof call>[1], body?: unknown) =>
    call(system.api, request, { token: admin.token, ...(body === undefined ? {} : { body }) });

  test('by other roles is gone at every service within 5 s; the next token has what is left', async () => {
    const [tookMs, person] = await staffWhoMayNoMore(({ id }) =>
      asAdmin(`PUT /users/${id}/roles`, { roles: ['user'] }),
    );
    expect(tookMs).toBeLessThan(longestMs);
    const renewed = await call(system.api, 'POST /auth/refresh', { body: { refreshToken: person.refresh } });
    expect(renewed.body.user.roles).toEqual(['user']);
    expect((await call(system.api, 'GET /users', { token: renewed.body.accessToken })).status).toBe(403);
  });

  test.each([
    ['disabling', ({ id }: Person) => asAdmin(`PATCH /users/${id}`, { status: 'disabled' })],
    ['deleting', ({ id }: Person) => asAdmin(`DELETE /users/${id}`)],
    ['leaving', ({ token }: Person) => call(system.api, 'DELETE /users/me', { token })],
  ])('by %s the user is gone at every service within 5 s, and nobody signs in again', async (_name, takeAway) => {
    const [tookMs, person] = await staffWhoMayNoMore(takeAway);
    expect(tookMs).toBeLessThan(longestMs);
    const again = [
      await call(system.api, 'POST /auth/refresh', { body: { refreshToken: person.refresh } }),
      await call(system.api, 'POST /auth/login', { body: { email: person.email, password } }),
    ];
    expect(again.map(({ status }) => status)).toEqual([401, 401]);
  });

  test('by another password is gone at every service within 5 s; the session that changed it goes on', async () => {
    const newPassword = 'staple battery horse';
    let elsewhere: Person | undefined;
    const [tookMs, person] = await staffWhoMayNoMore(async ({ email, token }) => {
      elsewhere = await logIn(system, email);
      const body = { currentPassword: password, newPassword };
      expect((await call(system.api, 'POST /users/me/password', { token, body })).status).toBe(204);
    });
    expect(tookMs).toBeLessThan(longestMs);
    const refresh = (refreshToken: string | undefined) =>
      call(system.api, 'POST /auth/refresh', { body: { refreshToken } });
    const renewed = await refresh(person.refresh);
    expect((await call(system.api, 'GET /users', { token: renewed.body.accessToken })).status).toBe(200);
    expect((await refresh(elsewhere?.refresh)).status).toBe(401);
    await untilOutdatedEverywhere(system, elsewhere?.token ?? '', performance.now());
  });

  test('by ending the session from another one is gone at every service within 5 s; the other goes on', async () => {
    let other: Person | undefined;
    const [tookMs] = await staffWhoMayNoMore(async ({ email, token }) => {
      other = await logIn(system, email);
      const ended = await call(system.api, `DELETE /users/me/sessions/${claimsOf(token).sid}`, { token: other.token });
      expect(ended.status).toBe(204);
    });
    expect(tookMs).toBeLessThan(longestMs);
    expect((await call(system.api, 'GET /users/me', { token: other?.token ?? '' })).status).toBe(200);
  });

  test('by signing out is gone at every service within 5 s', async () => {
    const [tookMs] = await staffWhoMayNoMore(({ refresh }) =>
      call(system.api, 'POST /auth/logout', { body: { refreshToken: refresh } }),
    );
    expect(tookMs).toBeLessThan(longestMs);
  });
});

describe('texts of people', () => {
  test.each([
    '<script>alert(1)</script>',
    '{{7*7}}',
    '=HYPERLINK("http://x")',
    '\u202Eadnil',
    'first line\nsecond line',
  ])('such as the name %j are kept as data, and told on one line of the log', async (name) => {
    const email = `name-${name.length}-${name.charCodeAt(0)}@example.com`;
    const headers = { 'X-Request-ID': `req-name-${name.charCodeAt(0)}` };
    const made = await call(system.api, 'POST /auth/register', { body: { email, password, name }, headers });
    expect([made.status, made.body.user.name]).toEqual([201, name]);
    const { token } = await logIn(system, email);
    expect((await call(system.api, 'GET /users/me', { token })).body.name).toBe(name);
    const log = readFileSync(join(system.dataFolder, 'auth-service.log'), 'utf8');
    for (const line of log.split('\n').filter(Boolean)) expect(() => JSON.parse(line)).not.toThrow();
  });

  test('such as the name of a passenger are escaped in the HTML of a mail', async () => {
    const date = new Date(Date.now() + 25 * 86_400_000).toISOString().slice(0, 10);
    const found = await call(system.api, `GET /flights?origin=JFK&destination=LHR&date=${date}&limit=1`);
    const body = {
      flights: [{ flightId: found.body.data[0].id, cabin: 'economy' }],
      passengers: [{ firstName: '<b>{{7*7}}</b>', lastName: '=HYPERLINK("x")', type: 'adult' }],
      contact: { email: customer.email },
      payment: { method: 'card', token: 'tok_visa' },
    };
    expect((await call(system.api, 'POST /bookings', { token: customer.token, body })).status).toBe(201);
    const mail = await eventually(async () => {
      const listed = await call(system.api, `GET /sandbox/mails?to=${encodeURIComponent(customer.email)}`);
      const [ofBooking] = listed.body.data.filter((one: { subject: string }) => !one.subject.startsWith('Welcome'));
      expect(ofBooking).toBeDefined();
      return (await call(system.api, `GET /sandbox/mails/${ofBooking.id}`)).body;
    });
    expect(mail.html).toContain('&lt;b&gt;{{7*7}}&lt;/b&gt;');
    expect(mail.html).not.toMatch(/<b>\{\{|<b>49/);
  });
});

describe('the audit log', () => {
  test('has what another service told, once, with the request and where it came from', async () => {
    const date = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    const found = await call(system.api, `GET /flights?origin=JFK&destination=LHR&date=${date}&limit=1`);
    const flightId: string = found.body.data[0].id;
    const headers = { 'X-Request-ID': 'req-delay' };
    const change = { token: admin.token, body: { status: 'delayed' }, headers };
    expect((await call(system.api, `PATCH /flights/${flightId}`, change)).status).toBe(200);
    const entry = await eventually(async () => {
      const { body } = await call(system.api, `GET /audit-log?target=${flightId}`, { token: admin.token });
      expect(body.data).toHaveLength(1);
      return body.data[0];
    });
    expect(entry).toMatchObject({
      service: 'flight-search-service',
      actor: admin.id,
      action: 'flight.changed',
      requestId: 'req-delay',
      address: '127.0.0.1',
    });
  });
});
