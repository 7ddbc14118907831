import { expect, test } from 'vitest';
import { createSeatsUnderWay } from './seats-under-way.ts';

test('as many seats are under way at once as the bound says, for each user, and again when they are through', async () => {
  const underWay = createSeatsUnderWay(1);
  const through = Promise.withResolvers<string>();
  const first = Array.from({ length: 16 }, () => underWay.during('usr_1', 1, () => through.promise));
  await expect(underWay.during('usr_1', 1, async () => 'one too many')).rejects.toMatchObject({ code: 'hold_limit' });
  expect(await underWay.during('usr_2', 16, async () => 'another user')).toBe('another user');
  through.resolve('paid');
  expect(await Promise.all(first)).toEqual(first.map(() => 'paid'));
  expect(await underWay.during('usr_1', 16, async () => 'again')).toBe('again');
});

test('what fails is under way no more', async () => {
  const underWay = createSeatsUnderWay(1);
  for (let turn = 0; turn < 40; turn++) {
    const failed = underWay.during('usr_1', 9, () => Promise.reject(new Error('declined')));
    await expect(failed).rejects.toThrow('declined');
  }
});
