import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuditSeals } from '../src/credentials/audit-seals.ts';
import { deriveKeys } from '../src/credentials/sealing.ts';
import { createAuditLog } from '../src/db/audit-log.ts';
import { rotateKeys } from '../src/use-cases/rotate-keys.ts';
import { type AuthApi, manualClock, openTables, startAuth, type Tables, testKeysSecret } from './auth-api.ts';

const minuteMs = 60_000;

describeOnEachDatabase('signing keys that are rotated while the service runs', (database) => {
  const clock = manualClock();
  let auth: AuthApi;
  let tables: Tables;
  let sealingKey: Buffer;
  let auditKey: Buffer;
  const parts = () => ({
    database: tables.database,
    audit: createAuditLog(tables.database, createAuditSeals(auditKey)),
  });
  beforeAll(async () => {
    auth = await startAuth(database.settings(), { clock });
    tables = await openTables(database.settings());
    ({ sealing: sealingKey, audit: auditKey } = await deriveKeys(testKeysSecret));
  });
  afterAll(async () => {
    await auth?.stop();
    await tables?.close();
  });

  const published = async (): Promise<string[]> =>
    (await call(auth.url, 'GET /.well-known/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid);
  const kidOf = (token: string): string =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
  const freshToken = async (): Promise<string> => (await auth.register()).body.accessToken;

  test('the new one is published first, then signs, and the old one leaves when its last token has ended', async () => {
    const [oldId = ''] = await published();
    // Keys are told apart by when they were made.
    clock.advanceMs(1_000);
    const { key, isNew } = await rotateKeys(parts(), { sealingKey, nowMs: clock.nowMs() });
    expect(isNew).toBe(true);
    expect(await published()).toEqual([key.id, oldId]);
    const oldToken = await freshToken();
    expect(kidOf(oldToken)).toBe(oldId);

    const again = await rotateKeys(parts(), { sealingKey, nowMs: clock.nowMs() });
    expect(again).toMatchObject({ isNew: false, key: { id: key.id } });

    clock.advanceMs(minuteMs);
    await eventually(async () => expect(kidOf(await freshToken())).toBe(key.id), { timeoutMs: 15_000 });
    for (const token of [oldToken, await freshToken()]) expect((await auth.me(token)).status).toBe(200);
    expect(await published()).toEqual([key.id, oldId]);

    clock.advanceMs(15 * minuteMs);
    expect(await published()).toContain(oldId);
    clock.advanceMs(3 * minuteMs);
    await eventually(async () => expect(await published()).toEqual([key.id]), { timeoutMs: 15_000 });
  });

  test('private halves are sealed, and another secret makes no key', async () => {
    const rows = await tables.rows('SELECT sealed_private_key FROM signing_keys');
    expect(JSON.stringify(rows)).not.toContain('PRIVATE');
    const { sealing } = await deriveKeys('some other secret of enough characters');
    await expect(rotateKeys(parts(), { sealingKey: sealing, nowMs: clock.nowMs() })).rejects.toThrow(
      /does not open with this KEYS_SECRET/,
    );
    expect(await published()).toHaveLength(1);
  });

  test('the program says what it did and what will happen, twice the same', async () => {
    // It goes by real time, which the clock of this service is far ahead of.
    await auth.stop();
    const environment = { ...database.settings(), NODE_ENV: 'test', KEYS_SECRET: testKeysSecret, EVENTS: 'feed' };
    const run = (...parameters: string[]) => runKeys(parameters, environment);
    const first = await run('rotate');
    expect([first.status, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toMatch(/key_\w+ was made\. .* signs from \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ on/);
    const second = await run('rotate');
    expect(second.stdout).toContain('no other one was made');
    const logged = await tables.rows(
      "SELECT action, actor, target FROM audit_log WHERE action = 'signing_key.rotated'",
    );
    expect(logged.at(-1)).toEqual({ action: 'signing_key.rotated', actor: null, target: newKeyOf(first.stdout) });
    expect(logged).toHaveLength(2);
    expect((await run('list')).stdout).toMatch(/key_\w+ .* signs\n?/);
    const wrong = await run('forget');
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('npm run keys -- rotate')]);
  });
});

const newKeyOf = (output: string) => /(key_\w+) was made/.exec(output)?.[1];

/** Runs the program as a person would; in a folder without `.env`. */
async function runKeys(parameters: readonly string[], environment: Readonly<Record<string, string | undefined>>) {
  const program = join(import.meta.dirname, '../src/keys.ts');
  const child = spawn(process.execPath, [program, ...parameters], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH, ...environment },
  });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { status, stdout, stderr };
}
