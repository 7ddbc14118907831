import { call } from '@jetbridge/testing/call.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthApi, openTables, startAuth, type Tables, testPassword } from './auth-api.ts';

type Door = 'POST /auth/register' | 'POST /auth/login' | 'POST /auth/refresh' | 'POST /auth/logout';

/** What is right at each door; every case below spoils one thing of it. */
const rightBodies: Readonly<Record<Door, Readonly<Record<string, string>>>> = {
  'POST /auth/register': { email: 'never-made@example.com', password: testPassword, name: 'Ada' },
  'POST /auth/login': { email: 'present@example.com', password: testPassword },
  'POST /auth/refresh': { refreshToken: `rt_${'A'.repeat(43)}` },
  'POST /auth/logout': { refreshToken: `rt_${'A'.repeat(43)}` },
};
const doors = Object.keys(rightBodies) as Door[];

const noStrings: readonly unknown[] = [null, 7, true, {}, [], ['a@example.com'], { $gt: '' }, { toString: 'x' }];

const noAddresses = [
  '',
  'ada',
  'ada@',
  '@example.com',
  'ada@localhost',
  'ada@example.com ',
  ' ada@example.com',
  'ada@example.com\r\nBcc: all@example.com',
  'ada@example.com\nBcc:all@example.com',
  'ada\r\n@example.com',
  '"ada lovelace"@example.com',
  '"a\\"b"@example.com',
  'ada(comment)@example.com',
  'Ada <ada@example.com>',
  'friends: ada@example.com, bob@example.com;',
  'ada@example.com,bob@example.com',
  'ada@example.com;bob@example.com',
  'ada@bob@example.com',
  'ada..l@example.com',
  '.ada@example.com',
  'ada@-example.com',
  'ada@[127.0.0.1]',
  'adä@example.com',
  'ada@exämple.com',
  'ada\u0000@example.com',
  `${'l'.repeat(65)}@example.com`,
  `ada@${'long.'.repeat(60)}com`,
];

const noNewPasswords: readonly [unknown, string][] = [
  ['', 'too_short'],
  ['7 bytes', 'too_short'],
  ['x'.repeat(73), 'too_long'],
  ['🛫'.repeat(19), 'too_long'],
  [`${'🛫'.repeat(18)}x`, 'too_long'],
  ['password\u0000secret', 'invalid_value'],
  ['password\ud83d', 'invalid_value'],
];

const noNames = ['', '   ', '\n', 'x'.repeat(101), 'Ada\u0000', 'Ada\ud83d'];

type Case = { door: Door; spoilt: Record<string, unknown>; pointer: string; code?: string };

const cases: readonly Case[] = [
  ...doors.flatMap((door) =>
    Object.keys(rightBodies[door]).flatMap((field) => [
      ...noStrings.map((value) => ({ door, spoilt: { [field]: value }, pointer: `/${field}`, code: 'invalid_type' })),
      { door, spoilt: { [field]: undefined }, pointer: `/${field}`, code: 'required' },
      { door, spoilt: { [field]: 'x'.repeat(1_001) }, pointer: `/${field}` },
    ]),
  ),
  ...doors.flatMap((door) =>
    ['id', 'roles', 'status', 'userId', 'permissions', 'constructor', 'a/b'].map((field) => ({
      door,
      spoilt: { [field]: 'admin' },
      pointer: `/${field.replace('/', '~1')}`,
      code: 'unknown_field',
    })),
  ),
  ...noAddresses.map((email) => ({ door: 'POST /auth/register' as const, spoilt: { email }, pointer: '/email' })),
  ...noNewPasswords.map(([password, code]) => ({
    door: 'POST /auth/register' as const,
    spoilt: { password },
    pointer: '/password',
    code,
  })),
  ...noNames.map((name) => ({ door: 'POST /auth/register' as const, spoilt: { name }, pointer: '/name' })),
];

describeOnEachDatabase('bad input', (database) => {
  let auth: AuthApi;
  let tables: Tables;
  let before: unknown;
  beforeAll(async () => {
    auth = await startAuth(database.settings());
    tables = await openTables(database.settings());
    await auth.register({ email: 'present@example.com' });
    before = await tables.everything();
  });
  afterAll(async () => {
    await auth?.stop();
    await tables?.close();
  });

  test.each(cases)('$door with $spoilt points to $pointer', async ({ door, spoilt, pointer, code }) => {
    const { status, body, headers } = await call(auth.url, door, { body: { ...rightBodies[door], ...spoilt } });
    expect(status).toBe(422);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body.code).toBe('invalid_request');
    expect(body.errors).toContainEqual(
      expect.objectContaining({ pointer, ...(code ? { code } : {}), detail: expect.any(String) }),
    );
  });

  describe.each(doors)('%s', (door) => {
    test.each([
      ['broken JSON', '{"email":', 'application/json', 400],
      ['an array', '[]', 'application/json', 422],
      ['a string', '"email"', 'application/json', 422],
      ['null', 'null', 'application/json', 422],
      ['a form', 'email=a%40b.co&email=c%40d.co&password=x', 'application/x-www-form-urlencoded', 415],
      ['XML', '<email/>', 'application/xml', 415],
      ['another charset', '{}', 'application/json; charset=utf-16', 415],
      ['2 MB', JSON.stringify({ email: 'x'.repeat(2_000_000) }), 'application/json', 413],
      ['a prototype', '{"__proto__":{"email":"present@example.com","admin":true}}', 'application/json', 422],
    ])('refuses %s', async (_name, body, contentType, status) => {
      const answer = await call(auth.url, door, { body, headers: { 'Content-Type': contentType } });
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ status, requestId: expect.any(String) });
    });

    test('refuses an empty body', async () => {
      const { status, body } = await call(auth.url, door);
      expect([status, body.errors[0].pointer]).toEqual([422, '']);
    });

    test('answers to POST only', async () => {
      const { status, headers } = await call(auth.url, `GET ${door.slice('POST '.length)}`);
      expect([status, headers.get('allow')]).toEqual([405, 'POST']);
    });
  });

  test('all of this wrote nothing, and the right body still works', async () => {
    expect(await tables.everything()).toEqual(before);
    expect((await auth.logIn('present@example.com', testPassword)).status).toBe(200);
    expect((await auth.register({ email: 'never-made@example.com' })).status).toBe(201);
  });
});
