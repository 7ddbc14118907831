import { readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import { Op } from 'sequelize';
import type { AuthContext } from '../auth-context.ts';
import { readPermissionsOf } from '../db/access.ts';
import type { RoleWithPermissions } from './change-roles.ts';

/** A page of roles by name. @throws HttpProblem 400 for a cursor of another list. */
export async function listRoles({ models }: AuthContext, question: { cursor?: string | undefined; limit: number }) {
  const [after] = readCursor(question.cursor, question, ['string']) ?? [];
  const roles = await models.Role.findAll({
    where: after === undefined ? {} : { name: { [Op.gt]: after } },
    order: ['name'],
    limit: question.limit + 1,
  });
  const page = toPage(roles, { limit: question.limit, question, positionOf: ({ name }) => [name] });
  const permissions = await readPermissionsOf(
    models,
    page.data.map(({ name }) => name),
  );
  const data: RoleWithPermissions[] = page.data.map((role) => ({
    role,
    permissions: permissions.get(role.name) ?? [],
  }));
  return { data, nextCursor: page.nextCursor };
}
