import bcrypt from 'bcrypt';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createPasswordHasher } from './password-hasher.ts';

const passwords = createPasswordHasher({ cost: 4, maximumWaiting: 10 });

test('a hash matches its password and no other', async () => {
  const hash = await passwords.hash('pässwörd 🛫');
  expect(hash).toMatch(/^\$2b\$04\$.{53}$/);
  expect(await passwords.matches('pässwörd 🛫', hash)).toBe(true);
  expect(await passwords.matches('pässwörd 🛬', hash)).toBe(false);
  expect(await passwords.matches('', hash)).toBe(false);
  expect(await passwords.matches('pässwörd 🛫', undefined)).toBe(false);
});

test('what bcrypt would cut or blur matches nothing', async () => {
  const longest = 'x'.repeat(72);
  expect(await passwords.matches(longest, await passwords.hash(longest))).toBe(true);
  expect(await passwords.matches(`${longest}y`, await passwords.hash(longest))).toBe(false);
  expect(await passwords.matches('secret\0one', await passwords.hash('secret\0one'))).toBe(false);
  expect(await passwords.matches('secret\ud83d', await passwords.hash('secret\ud83e'))).toBe(false);
});

test('a hash of another cost is outdated', async () => {
  const hash = await passwords.hash('password');
  expect(passwords.isOutdated(hash)).toBe(false);
  expect(createPasswordHasher({ cost: 5, maximumWaiting: 0 }).isOutdated(hash)).toBe(true);
});

test('compares at full cost also where there is no account, and for a password that is too long', async () => {
  const hash = await passwords.hash('password');
  const compare = vi.spyOn(bcrypt, 'compare');
  onTestFinished(() => compare.mockRestore());
  await passwords.matches('wrong password', hash);
  await passwords.matches('wrong password', undefined);
  await passwords.matches('x'.repeat(100), hash);
  await passwords.matches('secret\0one', hash);
  // The time is bcrypt's, so it is the same when each was compared once with a hash that bcrypt takes for whole.
  expect(compare).toHaveBeenCalledTimes(4);
  for (const [, compared] of compare.mock.calls) {
    expect(bcrypt.getRounds(compared)).toBe(4);
    expect(compared).toMatch(/^\$2b\$04\$[./A-Za-z0-9]{53}$/);
  }
});

test('takes the work of one cost for everybody, whatever the cost of their hash', async () => {
  const [cheap, present, dear] = await Promise.all([4, 6, 7].map((cost) => bcrypt.hash('password', cost)));
  const compare = vi.spyOn(bcrypt, 'compare');
  onTestFinished(() => compare.mockRestore());
  /** What comparing costs, in units of a hash of cost 0: each step of bcrypt's cost doubles it. */
  const workFor = async (hasher: typeof passwords, hash: string | undefined) => {
    compare.mockClear();
    await hasher.matches('wrong password', hash);
    return compare.mock.calls.reduce((sum, [, compared]) => sum + 2 ** bcrypt.getRounds(compared), 0);
  };
  const raised = createPasswordHasher({ cost: 6, maximumWaiting: 10 });
  for (const hash of [cheap, present, undefined]) expect(await workFor(raised, hash)).toBe(2 ** 6);
  const lowered = createPasswordHasher({ cost: 6, highestStoredCost: 7, maximumWaiting: 10 });
  for (const hash of [cheap, present, dear, undefined]) expect(await workFor(lowered, hash)).toBe(2 ** 7);
  // A hash that another process made at a cost nobody told of is known of after it was met.
  await workFor(raised, dear);
  expect(await workFor(raised, undefined)).toBe(2 ** 7);
});

test('a deleted account, which has an empty hash, matches nothing', async () => {
  expect(await passwords.matches('', '')).toBe(false);
});
