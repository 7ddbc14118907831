import { auditEntry } from '@jetbridge/contracts/identity/audit.ts';
import { auditRecorded } from '@jetbridge/service-kit/events/audit.ts';
import { parseEnvelope, receiveEvent } from '@jetbridge/service-kit/events/receive.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { type Answer, call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAuditSeals } from '../src/credentials/audit-seals.ts';
import { deriveKeys } from '../src/credentials/sealing.ts';
import { type AuditHead, createAuditLog } from '../src/db/audit-log.ts';
import { auditHandlers } from '../src/messaging/audit-handlers.ts';
import { verifyAuditLog } from '../src/use-cases/verify-audit-log.ts';
import {
  type AuthApi,
  askMailToken,
  newEmail,
  openTables,
  type Person,
  personWith,
  startAuth,
  type Tables,
  testKeysSecret,
  testPassword,
} from './auth-api.ts';
import { runOwnProgram } from './processes.ts';

const address = '203.0.113.7';
const fromAddress = { headers: { 'X-Forwarded-For': `198.51.100.1, ${address}`, 'X-Request-ID': 'req-of-a-test' } };

describeOnEachDatabase('the audit log', (database) => {
  let auth: AuthApi;
  let tables: Tables;
  let admin: Person;
  let parts: Parameters<typeof verifyAuditLog>[0];
  beforeAll(async () => {
    auth = await startAuth(database.settings());
    tables = await openTables(database.settings());
    admin = await personWith(auth, tables, ['admin']);
    const seals = createAuditSeals((await deriveKeys(testKeysSecret)).audit);
    parts = { seals, audit: createAuditLog(tables.database, seals) };
  });
  afterAll(async () => {
    await auth?.stop();
    await tables?.close();
  });

  const read = (query: string): Promise<Answer> => call(auth.url, `GET /audit-log${query}`, { token: admin.token });
  const verify = (anchor?: AuditHead) => verifyAuditLog(parts, { anchor });

  describe('holds sign-ins', () => {
    test('that succeed, with who, whence and by which request', async () => {
      const { body } = await auth.register();
      const { id, email } = body.user;
      await call(auth.url, 'POST /auth/login', { body: { email, password: testPassword }, ...fromAddress });
      const [entry] = (await read(`?actor=${id}`)).body.data;
      expect(auditEntry.strict().parse(entry)).toMatchObject({
        service: 'auth-service',
        actor: id,
        action: 'user.signed_in',
        targetType: 'session',
        email,
        address,
        requestId: 'req-of-a-test',
      });
    });

    test('that fail, of known and of unknown addresses, and never what was typed as the password', async () => {
      const { body } = await auth.register();
      const unknown = newEmail();
      for (const email of [body.user.email, unknown]) {
        const answer = await call(auth.url, 'POST /auth/login', { body: { email, password: 'hunter2hunter2' } });
        expect(answer.status).toBe(401);
      }
      await call(auth.url, 'POST /auth/login', { body: { email: 'my password', password: 'hunter2hunter2' } });
      const { data } = (await read('?action=user.sign_in_failed&limit=3')).body;
      expect(data.map(({ actor, email, target }: Record<string, unknown>) => ({ actor, email, target }))).toEqual([
        { actor: null, email: null, target: null },
        { actor: null, email: unknown, target: null },
        { actor: null, email: body.user.email, target: body.user.id },
      ]);
      expect(JSON.stringify(await tables.rows('SELECT * FROM audit_log'))).not.toMatch(/hunter2|my password/);
    });

    test('that are throttled, once for each budget that is used up, and no further guesses', async () => {
      const { body } = await auth.register();
      const { id, email } = body.user;
      const guess = () => auth.logIn(email, 'not it', '198.51.100.9');
      for (let index = 0; index < 14; index++) expect((await guess()).status).toBe(index < 10 ? 401 : 429);
      const { data } = (await read(`?target=${id}&limit=200`)).body;
      const actions = data.map(({ action }: { action: string }) => action);
      const failed = Array.from({ length: 10 }, () => 'user.sign_in_failed');
      expect(actions).toEqual(['user.sign_ins_throttled', ...failed, 'user.registered']);
      expect(data[0]).toMatchObject({ actor: null, email, after: { budget: 'client', tries: 10 } });
    });

    test('with addresses that go after their days, and the chain still holds', async () => {
      const { body } = await auth.register();
      const { id, email } = body.user;
      for (const secret of [testPassword, 'not it']) {
        await call(auth.url, 'POST /auth/login', { body: { email, password: secret }, ...fromAddress });
      }
      const change = { token: body.accessToken, body: { name: 'Ada King' }, ...fromAddress };
      expect((await call(auth.url, 'PATCH /users/me', change)).status).toBe(200);
      const tracesOf = async () =>
        (
          await tables.rows('SELECT email, address FROM audit_log WHERE actor = ? OR target = ? ORDER BY position', [
            id,
            id,
          ])
        )
          .slice(1)
          .map((entry) => [entry.email, entry.address]);
      const own = [null, address];
      expect(await tracesOf()).toEqual([[email, address], [email, address], own]);
      const nowMs = Date.now();
      const erase = (beforeMs: number) => tables.database.write((tx) => parts.audit.eraseTraces(beforeMs, 1_000, tx));
      await erase(nowMs - 3_600_000);
      expect(await tracesOf()).toEqual([[email, address], [email, address], own]);
      expect(await erase(nowMs + 1_000)).toBeGreaterThanOrEqual(3);
      expect(await tracesOf()).toEqual([[null, null], [null, null], own]);
      expect(await erase(nowMs + 1_000)).toBe(0);
      expect((await verify()).findings).toEqual([]);
    });

    test('that end because a refresh token was copied', async () => {
      const { body } = await auth.register();
      const second = await auth.refresh(body.refreshToken);
      await auth.refresh(second.body.refreshToken);
      expect((await auth.refresh(body.refreshToken)).status).toBe(401);
      const { data } = (await read('?action=session.token_reused')).body;
      expect(data[0]).toMatchObject({ targetType: 'session', actor: null });
    });
  });

  test('holds what people do with their own accounts, by ids and names of fields alone', async () => {
    const { body } = await auth.register();
    const { id, email } = body.user;
    const { body: other } = await auth.logIn(email, testPassword);
    const own = (request: Parameters<typeof call>[1], sent?: object) =>
      call(auth.url, request, { token: body.accessToken, ...(sent === undefined ? {} : { body: sent }) });
    const newSecret = 'staple battery horse';
    const ids = (await own('GET /users/me/sessions')).body.data.map((one: { id: string }) => one.id);
    expect((await own(`DELETE /users/me/sessions/${ids[0]}`)).status).toBe(204);
    await own('PATCH /users/me', { name: 'Augusta King', email: newEmail(), currentPassword: testPassword });
    await own('POST /users/me/password', { currentPassword: 'a wrong guess', newPassword: newSecret });
    await own('POST /users/me/password', { currentPassword: testPassword, newPassword: newSecret });
    const mailed = async (kind: 'password-resets' | 'email-verifications', type: string) => {
      const rows = await tables.rows('SELECT envelope FROM outbox WHERE subject = ? AND type = ? ORDER BY id', [
        id,
        type,
      ]);
      const { resetId, verificationId } = JSON.parse(String(rows.at(-1)?.envelope)).data;
      return (await askMailToken(auth, kind, resetId ?? verificationId)).body.token;
    };
    const verification = await mailed('email-verifications', 'user.email_verification_requested');
    await call(auth.url, 'POST /auth/email/verify', { body: { token: verification } });
    const [{ email: present }] = (await tables.rows('SELECT email FROM users WHERE id = ?', [id])) as [
      { email: string },
    ];
    await call(auth.url, 'POST /auth/password/forgot', { body: { email: present } });
    const reset = await eventually(() => mailed('password-resets', 'user.password_reset_requested'));
    await call(auth.url, 'POST /auth/password/reset', { body: { token: reset, password: 'a third secret' } });
    const { body: last } = await auth.logIn(present, 'a third secret');
    await call(auth.url, 'DELETE /users/me', { token: last.accessToken });

    const about = (await read(`?target=${id}&limit=200`)).body.data;
    expect(about.map(({ action, actor }: { action: string; actor: string | null }) => [action, actor])).toEqual([
      ['user.deleted', id],
      ['user.password_reset', id],
      ['user.password_reset_requested', null],
      ['user.email_verified', id],
      ['user.password_changed', id],
      ['user.confirmation_failed', id],
      ['user.changed', id],
      ['user.registered', id],
    ]);
    expect(about[6].after).toEqual({ changed: ['name', 'email'] });
    expect((await read(`?target=${ids[0]}`)).body.data[0]).toMatchObject({ action: 'session.revoked', actor: id });
    const stored = JSON.stringify(await tables.rows('SELECT * FROM audit_log'));
    const secrets = [
      testPassword,
      newSecret,
      'a third secret',
      'a wrong guess',
      reset,
      verification,
      'Augusta',
      present,
    ];
    expect(secrets.filter((one) => stored.includes(one))).toEqual([]);
    expect(stored).not.toContain(other.refreshToken);
  });

  test('is read page after page, by instants, and by nobody who may not', async () => {
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Answer = await read(`?limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.body.data.map(({ position }: { position: number }) => position));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(Array.from(seen, (_, index) => seen.length - index));
    expect((await read('?from=2999-01-01T00:00:00Z')).body.data).toEqual([]);
    expect((await read('?to=2001-01-01T00:00:00Z')).body.data).toEqual([]);
    expect((await read('?from=2001-01-01T00:00:00Z&to=2999-01-01T00:00:00Z')).body.data).not.toEqual([]);
    for (const query of ['?from=yesterday', '?who=1', '?limit=0']) expect((await read(query)).status).toBe(422);
    const user = await personWith(auth, tables, ['user']);
    expect((await call(auth.url, 'GET /audit-log', { token: user.token })).status).toBe(403);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      expect((await call(auth.url, `${method} /audit-log`, { token: admin.token })).status).toBe(405);
    }
  });

  describe('takes what other services tell', () => {
    const envelopeOf = (entry: ReturnType<typeof auditRecorded>) =>
      parseEnvelope(
        JSON.stringify({
          specversion: '1.0',
          id: newId('evt'),
          source: '/booking-service',
          type: entry.type,
          subject: entry.subject,
          time: new Date().toISOString(),
          datacontenttype: 'application/json',
          data: entry.data,
        }),
      );

    test('once, however often it comes, without secrets', async () => {
      const target = { type: 'flight', id: newId('flt') };
      const after = { seats: 9, apiKey: 'k', password: 'p' };
      const deed = { actor: admin.id, action: 'flight.changed', target, before: { seats: 8 }, after } as const;
      const envelope = envelopeOf(auditRecorded('flight-search-service', deed, { requestId: 'req-far', address }));
      const handlers = auditHandlers(parts.audit);
      await receiveEvent(tables.database, handlers, envelope);
      await receiveEvent(tables.database, handlers, envelope);
      const { data } = (await read(`?target=${target.id}`)).body;
      expect(data).toHaveLength(1);
      expect(data[0]).toMatchObject({
        service: 'flight-search-service',
        actor: admin.id,
        action: 'flight.changed',
        before: { seats: 8 },
        after: { seats: 9, apiKey: '[secret]', password: '[secret]' },
        address,
        requestId: 'req-far',
      });
    });
  });

  test('is one chain without gaps, however many write at once', async () => {
    const { position } = await parts.audit.head();
    const emails = Array.from({ length: 40 }, newEmail);
    await Promise.all(emails.map((email) => auth.logIn(email, 'a wrong password')));
    const head = await parts.audit.head();
    expect(head.position).toBe(position + 40);
    expect(await verify()).toMatchObject({ findings: [], head });
  });

  describe('shows', () => {
    let last: number;
    let saved: Record<string, string | number | null>[];
    let head: AuditHead;
    beforeEach(async () => {
      if (saved) await restore();
      for (let count = 0; count < 6; count++) await auth.logIn(newEmail(), 'a wrong password');
      saved = await tables.rows('SELECT * FROM audit_log ORDER BY position');
      head = await parts.audit.head();
      last = head.position;
      expect((await verify()).findings).toEqual([]);
    });

    async function restore(): Promise<void> {
      await tables.run('DELETE FROM audit_log');
      for (const row of saved) await insert(row);
      await tables.run('UPDATE audit_log_head SET position = ?, hash = ? WHERE id = 1', [head.position, head.hash]);
    }

    async function insert(row: Record<string, string | number | null>): Promise<void> {
      const names = Object.keys(row);
      const values = names.map((name) => {
        const value = row[name] ?? null;
        return typeof value === 'string' ? tables.database.dialect.writeText(value) : String(value ?? 'NULL');
      });
      await tables.run(`INSERT INTO audit_log (${names.join(', ')}) VALUES (${values.join(', ')})`);
    }

    const rowAt = (position: number) => saved.find((row) => Number(row.position) === position) ?? {};
    const sentences = async (anchor?: AuditHead) => (await verify(anchor)).findings;

    test.each([
      ["action = 'user.signed_in'"],
      ['at_ms = at_ms + 1'],
      ["actor = 'usr_somebody_else'"],
      ['email_digest = NULL, email = NULL, email_salt = NULL'],
    ])('an entry that was changed by %s', async (change) => {
      await tables.run(`UPDATE audit_log SET ${change} WHERE position = ?`, [last - 3]);
      expect(await sentences()).toEqual([
        expect.stringMatching(new RegExp(`^Entry ${last - 3} \\(aud_\\w+\\) was changed`)),
      ]);
    });

    test('an address that was exchanged, and takes one that was erased', async () => {
      await tables.run("UPDATE audit_log SET email = 'other@example.com' WHERE position = ?", [last - 3]);
      expect(await sentences()).toEqual([expect.stringMatching(`^The e-mail address of entry ${last - 3} `)]);
      await tables.run('UPDATE audit_log SET email = NULL, email_salt = NULL WHERE position = ?', [last - 3]);
      expect(await sentences()).toEqual([]);
    });

    test('entries that were removed, in the middle and at both ends', async () => {
      await tables.run('DELETE FROM audit_log WHERE position IN (1, ?, ?, ?)', [last - 4, last - 3, last]);
      expect(await sentences()).toEqual([
        'Entry 1 was removed.',
        `Entries ${last - 4} to ${last - 3} were removed.`,
        `Entry ${last} was removed.`,
      ]);
    });

    test('entries that changed places', async () => {
      const [one, other] = [last - 4, last - 2];
      await tables.run('DELETE FROM audit_log WHERE position IN (?, ?)', [one, other]);
      await insert({ ...rowAt(one), position: other });
      await insert({ ...rowAt(other), position: one });
      expect(await sentences()).toEqual([
        expect.stringMatching(`^Entry ${one} .* was moved here from position ${other}`),
        expect.stringMatching(`^Entry ${other} .* was moved here from position ${one}`),
      ]);
    });

    test('entries that were inserted: into the row, and behind its end', async () => {
      await tables.run('DELETE FROM audit_log WHERE position = ?', [last]);
      await insert({ ...rowAt(last - 1), position: last, id: 'aud_forged', previous_hash: rowAt(last - 1).hash ?? '' });
      expect(await sentences()).toEqual([
        expect.stringMatching(`^Entry ${last} \\(aud_forged\\) was changed, or inserted`),
        expect.stringMatching(`^Entry ${last} .* is not the one that the log ended with`),
      ]);
      await restore();
      await insert({ ...rowAt(last), position: last + 1, id: 'aud_behind', previous_hash: head.hash });
      expect(await sentences()).toEqual([
        expect.stringMatching(`^Entry ${last + 1} \\(aud_behind\\) was changed, or inserted`),
        `Entries were inserted behind position ${last}, where the log ends.`,
      ]);
    });

    test('an old end that was put back, by the anchor that somebody kept', async () => {
      const older = { position: last - 1, hash: String(rowAt(last - 1).hash) };
      await tables.run('DELETE FROM audit_log WHERE position = ?', [last]);
      await tables.run('UPDATE audit_log_head SET position = ?, hash = ? WHERE id = 1', [older.position, older.hash]);
      expect(await sentences()).toEqual([]);
      expect(await sentences(older)).toEqual([]);
      expect(await sentences(head)).toEqual([`The entry at position ${last} is not the one that was noted.`]);
    });

    test('all that through the program, whose status says whether the log is whole', async () => {
      const settings = { ...database.settings(), KEYS_SECRET: testKeysSecret };
      const run = (...parameters: string[]) => runOwnProgram('audit.ts', parameters, settings);
      await restore();
      const whole = await run('verify');
      expect(whole.output).toContain(`anchor ${last}:${head.hash}`);
      expect(whole.status).toBe(0);
      await tables.run("UPDATE audit_log SET action = 'user.forged' WHERE position = ?", [last]);
      const broken = await run('verify', '--anchor', `${last}:${head.hash}`);
      expect([broken.status, broken.output]).toEqual([1, expect.stringMatching(`Entry ${last} .* was changed`)]);
      expect((await run('verify', '--anchor', 'nonsense')).status).toBe(2);
      expect((await run()).status).toBe(2);
    });
  });
});
