import { describe, expect, test } from 'vitest';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  test('returns what the assertion returned on the first try that passes', async () => {
    let tries = 0;
    const result = await eventually(
      () => {
        tries += 1;
        expect(tries).toBe(3);
        return `after ${tries} tries`;
      },
      { intervalMs: 1 },
    );
    expect(result).toBe('after 3 tries');
  });

  test('throws the error of the last try when the time is over', async () => {
    let tries = 0;
    const failing = eventually(
      async () => {
        tries += 1;
        throw new Error(`try ${tries}`);
      },
      { timeoutMs: 1_000, intervalMs: 10 },
    );
    const error: unknown = await failing.catch((reason: unknown) => reason);
    expect(tries).toBeGreaterThan(2);
    expect(error).toEqual(new Error(`try ${tries}`));
  });

  test('does not wait for a try that never ends', async () => {
    const hanging = eventually(() => new Promise(() => undefined), { timeoutMs: 50 });
    await expect(hanging).rejects.toThrow('had not come to an end after 50 ms');
  });

  test('tries once even without any time', async () => {
    await expect(eventually(() => 'at once', { timeoutMs: 0 })).resolves.toBe('at once');
  });
});
