import { expect, test } from 'vitest';
import { faultOfPassword } from './password-policy.ts';

const isCommon = (password: string) => password === 'letmein123';

test.each([
  ['letmein123', 'password_too_common'],
  ['ada@example.com', 'password_is_email'],
  ['ADA@Example.com', 'password_is_email'],
  ['ada@example.com!', undefined],
  ['correct horse battery', undefined],
])('%s: %s', (password, fault) => {
  expect(faultOfPassword(password, { email: 'ada@example.com', isCommon })).toBe(fault);
});
