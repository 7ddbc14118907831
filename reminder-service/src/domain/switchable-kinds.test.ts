import { expect, test } from 'vitest';
import { isSwitchable, switchableKinds, switchedOffByLinkOf } from './switchable-kinds.ts';

test('a link in a mail that can be switched off means its kind alone', () => {
  expect(switchedOffByLinkOf('departure_2h')).toEqual(['departure_2h']);
});

test.each(['booking_confirmed', 'password_reset', 'of_a_later_release', 'constructor'])(
  'a link in a mail that is always sent (%s) means all that can be switched off',
  (kind) => {
    expect(isSwitchable(kind)).toBe(false);
    expect(switchedOffByLinkOf(kind)).toEqual(switchableKinds);
    expect(switchableKinds).not.toContain(kind);
  },
);
