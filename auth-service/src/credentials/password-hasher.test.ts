import { expect, test } from 'vitest';
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

test('takes as long where there is no account, and for a password that is too long, as for a wrong one', async () => {
  const slow = createPasswordHasher({ cost: 9, maximumWaiting: 0 });
  const hash = await slow.hash('password');
  const [wrong, nobody, tooLong] = await medianMs([
    () => slow.matches('wrong password', hash),
    () => slow.matches('wrong password', undefined),
    () => slow.matches('x'.repeat(100), hash),
  ]);
  for (const otherMs of [nobody, tooLong]) {
    expect(Number(otherMs) / Number(wrong)).toBeGreaterThan(0.6);
    expect(Number(otherMs) / Number(wrong)).toBeLessThan(1.6);
  }
});

/** The median duration of each piece of work over several rounds, in which they take turns. */
async function medianMs(works: readonly (() => Promise<unknown>)[]): Promise<readonly number[]> {
  const rounds = 9;
  const durations: number[][] = works.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, work] of works.entries()) {
      const startedAtMs = performance.now();
      await work();
      durations[index]?.push(performance.now() - startedAtMs);
    }
  }
  return durations.map((list) => list.toSorted((one, other) => one - other)[(rounds - 1) / 2] ?? Number.NaN);
}
