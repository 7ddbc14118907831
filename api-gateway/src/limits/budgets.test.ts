import { expect, test } from 'vitest';
import { tightBudgetFor } from './budgets.ts';

test.each([
  ['/api/v1/auth/login', 'login'],
  ['/api/V1/Auth/LOGIN', 'login'],
  ['/api/v1/auth/login/', 'login'],
  ['/api/v1/auth/register', 'register'],
  ['/api/v1/auth/refresh', 'refresh'],
  ['/api/v1/auth/password/forgot', 'password'],
  ['/api/v1/auth/password/reset/', 'password'],
  ['/api/v1/bookings/lookup', 'lookup'],
])('POST %s has the budget %s', (path, name) => {
  expect(tightBudgetFor('POST', path)?.name).toBe(name);
  expect(tightBudgetFor('GET', path)).toBeUndefined();
});

test.each(['/api/v1/auth/logout', '/api/v1/auth/loginx', '/api/v1/bookings', '/auth/login', '/'])(
  'POST %s has none of its own',
  (path) => {
    expect(tightBudgetFor('POST', path)).toBeUndefined();
  },
);
