import { type AuditEntry, readAuditLogRoute } from '../identity/audit.ts';
import { builtInRoles, permissions } from '../identity/permissions.ts';
import {
  createRoleRoute,
  deleteRoleRoute,
  deleteUserRoute,
  listPermissionsRoute,
  listRolesRoute,
  listUsersRoute,
  type Role,
  readUserRoute,
  replaceUserRolesRoute,
  updateRoleRoute,
  updateUserRoute,
} from '../identity/staff-routes.ts';
import { exampleUser, exampleUserId } from './identity.ts';
import { publish } from './published-route.ts';

const tag = 'Users and roles';

const supervisor: Role = {
  name: 'supervisor',
  description: 'Plans flights',
  permissions: ['flights:write', 'reports:read'],
  builtIn: false,
  version: 1,
};

const support: Role = {
  name: 'support',
  description: builtInRoles.support.description,
  permissions: [...builtInRoles.support.permissions],
  builtIn: true,
  version: 1,
};

const guarded =
  'Nobody touches a user who holds a permission they lack (403), and the last admin stays (409). What changes is known to ' +
  'every service within 5 seconds: tokens made before are answered 401 `token_outdated`.';

const grants =
  'Nobody grants what they do not hold, or changes a role that allows more than they may (403). Tokens made before are ' +
  'answered 401 `token_outdated` within 5 seconds: refresh.';

const entry: AuditEntry = {
  id: 'aud_01k7v8s3d5f7g9h1j3k5m7n9p2',
  position: 1_204,
  at: '2026-11-02T09:31:00Z',
  service: 'auth-service',
  actor: exampleUserId,
  action: 'user.roles_changed',
  targetType: 'user',
  target: 'usr_01k7v4m2e8q3t9x5z6w1y0a2bd',
  before: { roles: ['user'] },
  after: { roles: ['support', 'user'] },
  requestId: 'req_01k7v8s3d5f7g9h1j3k5m7n9p2',
  address: '203.0.113.7',
  email: null,
};

export const staffRoutes = [
  publish(listUsersRoute, { tag, query: { role: 'support' }, answer: { data: [exampleUser], nextCursor: null } }),
  publish(readUserRoute, { tag, path: { id: exampleUserId }, answer: exampleUser }),
  publish(updateUserRoute, {
    tag,
    description: `${guarded} Disabling ends all sessions. Another address is not verified.`,
    path: { id: exampleUserId },
    body: { status: 'disabled' },
    answer: { ...exampleUser, status: 'disabled', version: 2 },
  }),
  publish(deleteUserRoute, { tag, description: guarded, path: { id: exampleUserId } }),
  publish(replaceUserRolesRoute, {
    tag,
    description: guarded,
    path: { id: exampleUserId },
    body: { roles: ['support', 'user'] },
    answer: { ...exampleUser, roles: ['support', 'user'], version: 2 },
  }),
  publish(listRolesRoute, { tag, answer: { data: [support], nextCursor: null } }),
  publish(createRoleRoute, {
    tag,
    description: 'Nobody grants what they do not hold (403).',
    body: { name: 'supervisor', description: 'Plans flights', permissions: ['flights:write', 'reports:read'] },
    answer: supervisor,
  }),
  publish(updateRoleRoute, {
    tag,
    description: `${grants} The role \`admin\` allows everything and stays so.`,
    path: { name: 'supervisor' },
    body: { permissions: ['flights:write'] },
    answer: { ...supervisor, permissions: ['flights:write'], version: 2 },
  }),
  publish(deleteRoleRoute, { tag, description: 'Take it from everybody first.', path: { name: 'supervisor' } }),
  publish(listPermissionsRoute, { tag, answer: { data: [...permissions], nextCursor: null } }),
  publish(readAuditLogRoute, {
    tag,
    description:
      'Nothing in it is ever changed, and `npm run audit -- verify` finds it if it was. E-mail and client address are ' +
      'erased with the account they belong to.',
    query: { action: 'user.roles_changed' },
    answer: { data: [entry], nextCursor: null },
  }),
];
