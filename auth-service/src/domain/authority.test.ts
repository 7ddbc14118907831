import { expect, test } from 'vitest';
import { lackedPermission } from './authority.ts';

test('names the first permission that somebody lacks, and nothing when they hold all', () => {
  expect(lackedPermission(['users:read', 'users:write'], ['users:read'])).toBeUndefined();
  expect(lackedPermission(['users:read'], ['users:read', 'roles:write', 'audit:read'])).toBe('roles:write');
  expect(lackedPermission([], [])).toBeUndefined();
});
