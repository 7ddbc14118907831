import { z } from 'zod';
import { emailAddress, page, pageQuery, queryText, text } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import { permissions } from './permissions.ts';
import { user } from './routes.ts';

/** The most roles somebody has. */
const maximumRoles = 20;

/** The name of a role: what stands in tokens and addresses. */
const roleName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9, _ and -, beginning with a letter');

const permission = z.enum(permissions);

const permissionList = z
  .array(permission)
  .max(permissions.length)
  .refine((names) => new Set(names).size === names.length, 'must name each permission once');

export const role = z
  .object({
    name: z.string(),
    description: z.string(),
    permissions: z.array(z.string()),
    builtIn: z.boolean().describe('Built-in roles cannot be deleted'),
    version: z.int(),
  })
  .meta({ id: 'Role' });

export type Role = z.infer<typeof role>;

export const listUsersRoute = defineRoute({
  id: 'listUsers',
  service: 'auth-service',
  method: 'get',
  path: '/users',
  access: { permission: 'users:read' },
  summary: 'Accounts, the oldest first',
  query: z.strictObject({
    email: queryText(254).optional().describe('The whole address, in any case of letters'),
    role: queryText(64).optional().describe('Who has this role'),
    status: z.enum(['active', 'disabled']).optional(),
    ...pageQuery,
  }),
  answer: { status: 200, description: 'A page of accounts', schema: page(user) },
});

export const readUserRoute = defineRoute({
  id: 'readUser',
  service: 'auth-service',
  method: 'get',
  path: '/users/:id',
  access: { permission: 'users:read' },
  summary: 'One account',
  answer: { status: 200, description: 'The account', schema: user },
  problems: ['user_not_found'],
});

export const userChange = z
  .strictObject({ name: text(100), email: emailAddress, status: z.enum(['active', 'disabled']) })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must name something to change');

export type UserChange = z.infer<typeof userChange>;

export const updateUserRoute = defineRoute({
  id: 'updateUser',
  service: 'auth-service',
  method: 'patch',
  path: '/users/:id',
  access: { permission: 'users:write' },
  summary: 'Change, disable or enable an account',
  body: userChange,
  answer: { status: 200, description: 'The account as it is now', schema: user },
  problems: ['user_not_found', 'permission_missing', 'last_admin', 'email_taken', 'stale'],
});

export const deleteUserRoute = defineRoute({
  id: 'deleteUser',
  service: 'auth-service',
  method: 'delete',
  path: '/users/:id',
  access: { permission: 'users:write' },
  summary: 'Delete an account',
  answer: { status: 204, description: 'The account is gone' },
  problems: ['user_not_found', 'permission_missing', 'last_admin', 'stale'],
});

export const replaceUserRolesRoute = defineRoute({
  id: 'replaceUserRoles',
  service: 'auth-service',
  method: 'put',
  path: '/users/:id/roles',
  access: { permission: 'users:write' },
  summary: 'Give somebody these roles and no others',
  body: z.strictObject({
    roles: z
      .array(z.string().max(64))
      .min(1, 'must name at least one role')
      .max(maximumRoles)
      .refine((names) => new Set(names).size === names.length, 'must name each role once'),
  }),
  answer: { status: 200, description: 'The account with its roles', schema: user },
  problems: ['user_not_found', 'permission_missing', 'last_admin', 'stale'],
});

export const listRolesRoute = defineRoute({
  id: 'listRoles',
  service: 'auth-service',
  method: 'get',
  path: '/roles',
  access: { permission: 'roles:read' },
  summary: 'Roles with their permissions, by name',
  query: z.strictObject(pageQuery),
  answer: { status: 200, description: 'A page of roles', schema: page(role) },
});

export const newRole = z.strictObject({ name: roleName, description: text(200), permissions: permissionList });

export type NewRole = z.infer<typeof newRole>;

export const createRoleRoute = defineRoute({
  id: 'createRole',
  service: 'auth-service',
  method: 'post',
  path: '/roles',
  access: { permission: 'roles:write' },
  summary: 'Make a role',
  body: newRole,
  answer: { status: 201, description: 'The role', schema: role, tagged: true },
  problems: ['role_exists', 'permission_missing'],
});

export const roleChange = z
  .strictObject({ description: text(200), permissions: permissionList })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must name something to change');

export type RoleChange = z.infer<typeof roleChange>;

export const updateRoleRoute = defineRoute({
  id: 'updateRole',
  service: 'auth-service',
  method: 'patch',
  path: '/roles/:name',
  access: { permission: 'roles:write' },
  summary: 'Change what a role allows',
  body: roleChange,
  answer: { status: 200, description: 'The role as it is now', schema: role, tagged: true },
  problems: ['role_not_found', 'permission_missing', 'built_in_role', 'stale'],
});

export const deleteRoleRoute = defineRoute({
  id: 'deleteRole',
  service: 'auth-service',
  method: 'delete',
  path: '/roles/:name',
  access: { permission: 'roles:write' },
  summary: 'Delete a role that nobody has',
  answer: { status: 204, description: 'The role is gone' },
  problems: ['role_not_found', 'permission_missing', 'built_in_role', 'role_in_use', 'stale'],
});

export const listPermissionsRoute = defineRoute({
  id: 'listPermissions',
  service: 'auth-service',
  method: 'get',
  path: '/permissions',
  access: { permission: 'roles:read' },
  summary: 'Every permission that roles can combine',
  answer: {
    status: 200,
    description: 'The permissions; they change only with the program',
    schema: z.object({ data: z.array(z.string()), nextCursor: z.null() }),
  },
});
