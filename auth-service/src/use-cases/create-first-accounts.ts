import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { AuthContext } from '../auth-context.ts';
import { readRoles } from '../db/access.ts';
import { endSessions } from '../db/sessions.ts';
import { demoAccounts, demoPassword } from '../domain/demo-accounts.ts';
import { AuthError } from '../domain/errors.ts';
import { createAccount } from './create-account.ts';

type Parts = Pick<AuthContext, 'database' | 'models' | 'passwords' | 'clock'> & { readonly log: Logger };

/** An account to be there after the start. */
type FirstAccount = {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly role: string;
};

/** Makes the first admin unless an account with this address exists, which is then left as it is. */
export async function createFirstAdmin(parts: Parts, admin: { email: string; password: string }): Promise<void> {
  await createMissingAccount(parts, { ...admin, name: 'Administrator', role: 'admin' });
  const user = await parts.models.User.findOne({ where: { email: admin.email } });
  const roles = user ? await readRoles(parts.models, user.id) : [];
  if (user?.status !== 'active' || !roles.includes('admin')) {
    parts.log.warn({}, 'ADMIN_EMAIL names an account that is disabled or no admin; it was left as it is');
  }
}

/** Makes the demo accounts that are missing. */
export async function createDemoAccounts(parts: Parts): Promise<void> {
  for (const account of demoAccounts) await createMissingAccount(parts, { ...account, password: demoPassword });
}

/**
 * Disables demo accounts that still have the published password, and ends their sessions: a database that was tried out
 * may come into production with them.
 */
export async function disableDemoAccounts({ database, models, passwords, clock, log }: Parts): Promise<void> {
  const emails = demoAccounts.map(({ email }) => email);
  const found = await models.User.findAll({ where: { email: emails, status: 'active' } });
  for (const user of found) {
    if (!(await passwords.matches(demoPassword, user.passwordHash))) continue;
    const nowMs = clock.nowMs();
    await database.write(async (tx) => {
      const change = { status: 'disabled', version: user.version + 1, updatedAtMs: nowMs } as const;
      const [changed] = await models.User.update(change, {
        where: { id: user.id, version: user.version },
        transaction: tx,
      });
      if (changed === 0) return;
      await endSessions(models, { userId: user.id }, { reason: 'user_disabled', nowMs }, tx);
    });
    log.warn({ email: user.email }, 'a demo account with the published password was disabled, as this is production');
  }
}

async function createMissingAccount(parts: Parts, { password, ...account }: FirstAccount): Promise<void> {
  if ((await parts.models.User.count({ where: { email: account.email } })) > 0) return;
  const passwordHash = await parts.passwords.hash(password);
  try {
    await parts.database.write((tx) => createAccount(parts, { ...account, passwordHash }, tx));
    parts.log.info({ email: account.email, role: account.role }, 'a first account was made');
  } catch (error) {
    // Another process that starts at the same moment was first.
    if (!(error instanceof AuthError && error.code === 'email_taken')) throw error;
  }
}
