import { readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import type { AuthContext } from '../auth-context.ts';
import { readRoles, readRolesOf } from '../db/access.ts';
import { listUsers, type UserFilter } from '../db/users.ts';
import { AuthError } from '../domain/errors.ts';
import type { ChangedUser } from './update-user.ts';

type Question = UserFilter & { readonly cursor?: string | undefined; readonly limit: number };

/** A page of users with their roles. @throws HttpProblem 400 for a cursor of another list. */
export async function listUsersWithRoles({ models }: AuthContext, question: Question) {
  const [after] = readCursor(question.cursor, question, ['string']) ?? [];
  const users = await listUsers(models, question, { after, limit: question.limit + 1 });
  const page = toPage(users, { limit: question.limit, question, positionOf: ({ id }) => [id] });
  const roles = await readRolesOf(
    models,
    page.data.map(({ id }) => id),
  );
  const data: ChangedUser[] = page.data.map((user) => ({ user, roles: roles.get(user.id) ?? [] }));
  return { data, nextCursor: page.nextCursor };
}

/** One user with their roles. @throws AuthError `user_not_found`. */
export async function readUser({ models }: AuthContext, userId: string): Promise<ChangedUser> {
  const user = await models.User.findByPk(userId);
  if (!user || user.deletedAtMs !== null) throw new AuthError('user_not_found');
  return { user, roles: await readRoles(models, userId) };
}
