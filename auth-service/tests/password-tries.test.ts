import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuditSeals } from '../src/credentials/audit-seals.ts';
import { deriveKeys } from '../src/credentials/sealing.ts';
import { createAuditLog } from '../src/db/audit-log.ts';
import { verifyAuditLog } from '../src/use-cases/verify-audit-log.ts';
import {
  type AuthApi,
  manualClock,
  newEmail,
  openTables,
  startAuth,
  type Tables,
  testKeysSecret,
  testPassword,
} from './auth-api.ts';

const windowMs = 15 * 60_000;

/** A wave takes a second or two on a busy machine; a lock that is waited for until its time is over takes 50 s. */
const longestWaveMs = 10_000;

const addresses = (count: number, net: number) =>
  Array.from({ length: count }, (_, index) => `10.${net}.${index >> 8}.${index & 255}`);

async function auditOf({ database }: Tables) {
  const seals = createAuditSeals((await deriveKeys(testKeysSecret)).audit);
  return { seals, audit: createAuditLog(database, seals) };
}

describeOnEachDatabase('guessing passwords', (database) => {
  const clock = manualClock();
  let auth: AuthApi;
  let rival: AuthApi;
  let tables: Tables;
  beforeAll(async () => {
    [auth, rival] = await Promise.all([
      startAuth(database.settings(), { clock }),
      startAuth(database.settings(), { clock }),
    ]);
    tables = await openTables(database.settings());
    // A window of its own, so that it does not end within a test.
    clock.advanceMs(windowMs - (clock.nowMs() % windowMs));
  });
  afterAll(async () => {
    await Promise.all([auth?.stop(), rival?.stop()]);
    await tables?.close();
  });

  /** Wrong sign-ins, some at a time, by turns at both processes; the statuses in order. */
  async function guess(email: string, from: readonly string[]): Promise<number[]> {
    const statuses: number[] = [];
    for (let next = 0; next < from.length; next += 50) {
      const answers = await Promise.all(
        from
          .slice(next, next + 50)
          .map((address, index) => (index % 2 ? auth : rival).logIn(email, 'a guess', address)),
      );
      statuses.push(...answers.map(({ status }) => status));
    }
    return statuses;
  }
  const registerFrom = async (address: string) => {
    const email = newEmail();
    const body = { email, password: testPassword, name: 'Ada' };
    await call(auth.url, 'POST /auth/register', { body, headers: { 'X-Forwarded-For': address } });
    return email;
  };
  const countOf = (statuses: readonly number[], status: number) => statuses.filter((one) => one === status).length;

  test('from 1,000 addresses at two processes is throttled after 50, and the owner still gets in', async () => {
    const email = await registerFrom('203.0.113.7');
    const statuses = await guess(email, addresses(1_000, 1));
    expect(countOf(statuses, 401)).toBe(50);
    expect(countOf(statuses, 429)).toBe(950);
    const stranger = await auth.logIn(email, testPassword, '10.99.0.1');
    expect([stranger.status, stranger.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(stranger.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await auth.logIn(email, testPassword, '203.0.113.7')).status).toBe(200);
    clock.advanceMs(windowMs);
    expect((await auth.logIn(email, testPassword, '10.99.0.1')).status).toBe(200);
  });

  test('in fifty ways at once is looked at in each, and written into one log without a gap', async () => {
    const email = await registerFrom('203.0.113.20');
    const startedMs = performance.now();
    const statuses = await guess(email, addresses(50, 6));
    expect(statuses).toEqual(statuses.map(() => 401));
    expect(performance.now() - startedMs).toBeLessThan(longestWaveMs);
    const logged = await tables.rows('SELECT action FROM audit_log WHERE email = ? ORDER BY position', [email]);
    const countLogged = (action: string) => logged.filter((entry) => entry.action === action).length;
    expect([countLogged('user.sign_in_failed'), countLogged('user.sign_ins_throttled')]).toEqual([50, 1]);
    const { findings } = await verifyAuditLog(await auditOf(tables));
    expect(findings).toEqual([]);
  });

  test('is answered alike, try by try, where there is no account', async () => {
    const known = await registerFrom('203.0.113.8');
    const from = addresses(60, 2);
    const one = [];
    const other = [];
    for (const address of from) {
      one.push((await auth.logIn(known, 'a guess', address)).status);
      other.push((await auth.logIn('nobody@example.com', 'a guess', address)).status);
    }
    expect(one).toEqual(other);
    expect(countOf(one, 429)).toBe(10);
  });

  test('from one address is throttled after ten on one account, and the owner elsewhere does not notice', async () => {
    const email = await registerFrom('203.0.113.9');
    const statuses = await guess(
      email,
      Array.from({ length: 30 }, () => '10.3.0.1'),
    );
    expect(countOf(statuses, 401)).toBe(10);
    expect((await auth.logIn(email, testPassword, '203.0.113.9')).status).toBe(200);
    expect((await auth.logIn(email, testPassword, '198.51.100.1')).status).toBe(200);
  });

  test('from one network over many accounts is throttled after a hundred, all of an IPv6 /56 together', async () => {
    const statuses = [];
    for (let index = 0; index < 110; index++) {
      const answer = await auth.logIn(
        `somebody-${index}@example.com`,
        'a guess',
        `2001:db8:0:4${index % 10}::${index}`,
      );
      statuses.push(answer.status);
    }
    expect(countOf(statuses, 429)).toBe(10);
  });

  test('right passwords are not counted', async () => {
    const email = await registerFrom('203.0.113.10');
    for (let index = 0; index < 15; index++) {
      expect((await auth.logIn(email, testPassword, '203.0.113.10')).status).toBe(200);
      expect((await auth.logIn(email, testPassword, '198.51.100.2')).status).toBe(200);
    }
  });

  test('at the door that changes the password is counted as well', async () => {
    const { body } = await auth.register();
    const change = () =>
      call(auth.url, 'POST /users/me/password', {
        token: body.accessToken,
        body: { currentPassword: 'a guess', newPassword: 'a new password' },
      });
    const statuses = [];
    for (let index = 0; index < 11; index++) statuses.push((await change()).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429]);
  });

  test('leaves nothing in the database that tells who or from where, and goes away', async () => {
    const email = await registerFrom('203.0.113.11');
    await auth.logIn(email, 'a guess', '10.5.0.1');
    const stored = JSON.stringify([
      await tables.rows('SELECT * FROM password_tries'),
      await tables.rows('SELECT * FROM familiar_addresses'),
    ]);
    for (const personal of [email, '10.5.0.1', '203.0.113.11']) expect(stored).not.toContain(personal);
  });
});
