import { permissions } from '@jetbridge/contracts/identity/permissions.ts';
import {
  createRoleRoute,
  deleteRoleRoute,
  deleteUserRoute,
  listPermissionsRoute,
  listRolesRoute,
  listUsersRoute,
  readUserRoute,
  replaceUserRolesRoute,
  updateRoleRoute,
  updateUserRoute,
} from '@jetbridge/contracts/identity/staff-routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { readIfMatch } from '@jetbridge/service-kit/http/entity-tags.ts';
import type { AuthContext } from '../auth-context.ts';
import { createRole, deleteRole, updateRole } from '../use-cases/change-roles.ts';
import { deleteUser } from '../use-cases/delete-user.ts';
import { listRoles } from '../use-cases/list-roles.ts';
import { listUsersWithRoles, readUser } from '../use-cases/list-users.ts';
import { replaceUserRoles } from '../use-cases/replace-user-roles.ts';
import { updateUser } from '../use-cases/update-user.ts';
import { presentRole, presentUser } from './presenters.ts';

/** Other people's accounts. These come behind `/users/me` and its like, which `:id` would take for an id. */
export function staffUserRoutes(auth: AuthContext): readonly BoundRoute[] {
  return [
    bindRoute(listUsersRoute, async ({ query }) => {
      const { email, role, status, cursor, limit } = query;
      const page = await listUsersWithRoles(auth, { email: email?.toLowerCase(), role, status, cursor, limit });
      return { body: { ...page, data: page.data.map(({ user, roles }) => presentUser(user, roles)) } };
    }),
    bindRoute(readUserRoute, async ({ params: { id = '' } }) => {
      const { user, roles } = await readUser(auth, id);
      return { body: presentUser(user, roles), version: user.version };
    }),
    bindRoute(updateUserRoute, async ({ params: { id = '' }, body, caller, header }) => {
      const ifVersion = readIfMatch(header('if-match'));
      const order = { actorId: caller.userId, userId: id, change: body, ifVersion };
      const { user, roles } = await updateUser(auth, order);
      return { body: presentUser(user, roles), version: user.version };
    }),
    bindRoute(deleteUserRoute, async ({ params: { id = '' }, caller, header }) => {
      const ifVersion = readIfMatch(header('if-match'));
      await deleteUser(auth, { actorId: caller.userId, userId: id, ifVersion });
      return { body: undefined };
    }),
    bindRoute(replaceUserRolesRoute, async ({ params: { id = '' }, body, caller, header }) => {
      const ifVersion = readIfMatch(header('if-match'));
      const order = { actorId: caller.userId, userId: id, roles: body.roles, ifVersion };
      const { user, roles } = await replaceUserRoles(auth, order);
      return { body: presentUser(user, roles), version: user.version };
    }),
  ];
}

/** Roles and what they can be made of. */
export function roleRoutes(auth: AuthContext): readonly BoundRoute[] {
  return [
    bindRoute(listRolesRoute, async ({ query }) => {
      const { data, nextCursor } = await listRoles(auth, query);
      return { body: { data: data.map(presentRole), nextCursor } };
    }),
    bindRoute(createRoleRoute, async ({ body, caller }) => {
      const created = await createRole(auth, { actorId: caller.userId, role: body });
      return { body: presentRole(created), version: created.role.version };
    }),
    bindRoute(updateRoleRoute, async ({ params: { name = '' }, body, caller, header }) => {
      const ifVersion = readIfMatch(header('if-match'));
      const updated = await updateRole(auth, { actorId: caller.userId, name, change: body, ifVersion });
      return { body: presentRole(updated), version: updated.role.version };
    }),
    bindRoute(deleteRoleRoute, async ({ params: { name = '' }, caller, header }) => {
      const ifVersion = readIfMatch(header('if-match'));
      await deleteRole(auth, { actorId: caller.userId, name, ifVersion });
      return { body: undefined };
    }),
    bindRoute(listPermissionsRoute, async () => ({ body: { data: [...permissions], nextCursor: null } })),
  ];
}
