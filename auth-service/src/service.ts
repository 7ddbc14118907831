import { createHmac } from 'node:crypto';
import { builtInRoles } from '@jetbridge/contracts/identity/permissions.ts';
import { keySet } from '@jetbridge/contracts/identity/routes.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { CreateService } from '@jetbridge/service-kit/lifecycle/service.ts';
import { openServiceBase } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { type Clock, realClock } from '@jetbridge/service-kit/time/clock.ts';
import type { AuthContext } from './auth-context.ts';
import { createPersonalDataQuestion } from './clients/personal-data.ts';
import type { Config } from './config.ts';
import { createAccessTokenSigner } from './credentials/access-token-signer.ts';
import { createAuditSeals } from './credentials/audit-seals.ts';
import { loadCommonPasswords } from './credentials/common-passwords.ts';
import { createMailTokens } from './credentials/mail-tokens.ts';
import { createPasswordHasher } from './credentials/password-hasher.ts';
import { createRefreshTokens } from './credentials/refresh-tokens.ts';
import { deriveKeys } from './credentials/sealing.ts';
import { purgeAccessChanges, readAccessChanges } from './db/access-changes.ts';
import { createAuditLog } from './db/audit-log.ts';
import { defineModels } from './db/models.ts';
import { createPasswordTries } from './db/password-tries.ts';
import { readPublicKeys } from './db/signing-keys.ts';
import { readHighestHashCost } from './db/users.ts';
import { lookForKeyEveryMs } from './domain/key-rotation.ts';
import { auditRoutes } from './http/audit-routes.ts';
import { authRoutes } from './http/auth-routes.ts';
import { translateErrors } from './http/error-statuses.ts';
import { internalRoutes } from './http/internal-routes.ts';
import { keyRoutes } from './http/key-routes.ts';
import { recoveryRoutes } from './http/recovery-routes.ts';
import { roleRoutes, staffUserRoutes } from './http/staff-routes.ts';
import { userRoutes } from './http/user-routes.ts';
import { auditHandlers } from './messaging/audit-handlers.ts';
import { createDemoAccounts, createFirstAdmin, disableDemoAccounts } from './use-cases/create-first-accounts.ts';
import { followSigningKey } from './use-cases/follow-signing-key.ts';
import { answerForgotten, forgottenIdleMs } from './use-cases/forget-password.ts';
import { provideSigningKey } from './use-cases/provide-signing-key.ts';
import { purgeIdleMs, purgeSessions } from './use-cases/purge-sessions.ts';
import { purgeTraces } from './use-cases/purge-traces.ts';
import { tendKeys } from './use-cases/rotate-keys.ts';
import { synchroniseRoles } from './use-cases/synchronise-roles.ts';

/** Years of bookings take a while to be put together. */
const exportTimeoutMs = 10_000;

/** auth-service by real time. */
export const createAuthService: CreateService<Config> = authServiceAt(realClock);

/**
 * auth-service by a given clock, for tests that would have to wait otherwise. It is not the clock of the sandbox: tokens
 * and sessions always go by real time.
 */
export function authServiceAt(clock: Clock): CreateService<Config> {
  return async (config, context) => {
    const { log } = context;
    const base = await openServiceBase('auth-service', {
      config,
      context,
      migrations: new URL('../migrations/', import.meta.url),
      clock: async () => ({ ...clock, stop: async () => {} }),
    });
    const { database } = base;
    const { auth, followKey } = await openAuthContext(config, { database, clock });
    const askPersonalData = createPersonalDataQuestion({
      bookings: base.clientOf('booking-service', exportTimeoutMs),
      reminders: base.clientOf('reminder-service', exportTimeoutMs),
    });
    await prepareDatabase(config, { ...auth, log });
    return base.serve({
      routes: [
        ...authRoutes(auth),
        ...recoveryRoutes(auth),
        ...userRoutes({ ...auth, askPersonalData }),
        ...keyRoutes(() => loadKeys(database)),
        ...staffUserRoutes(auth),
        ...roleRoutes(auth),
        ...auditRoutes(auth.audit),
        ...internalRoutes(auth),
      ],
      translateError: translateErrors(database),
      handlers: auditHandlers(auth.audit),
      ownAccess: {
        loadKeys: () => loadKeys(database),
        readChanges: (after) => readAccessChanges(auth, { after, nowMs: clock.nowMs() }),
      },
      jobs: [
        { name: 'signing-keys', runOnce: followKey, idleMs: lookForKeyEveryMs },
        { name: 'answer-forgotten', runOnce: () => answerForgotten(auth), idleMs: forgottenIdleMs },
        { name: 'purge-sessions', runOnce: () => purgeSessions(auth), idleMs: purgeIdleMs },
        { name: 'purge-traces', runOnce: () => purgeTraces(auth), idleMs: purgeIdleMs },
        {
          name: 'purge-access-changes',
          runOnce: () => purgeAccessChanges(database, clock.nowMs()),
          idleMs: purgeIdleMs,
        },
      ],
    });
  };
}

async function openAuthContext(config: Config, parts: { database: Database; clock: Clock }) {
  const { database, clock } = parts;
  const { bcryptCost: cost, maximumWaiting } = config.passwords;
  const keys = await deriveKeys(config.keysSecret);
  // The key that is to sign by now may be another one than when the last process stopped.
  await tendKeys(database, clock.nowMs());
  const signingKey = await provideSigningKey(database, { sealingKey: keys.sealing, nowMs: clock.nowMs() });
  const auth: AuthContext = {
    database,
    clock,
    models: defineModels(database.sequelize),
    audit: createAuditLog(database, createAuditSeals(keys.audit)),
    passwords: createPasswordHasher({
      cost,
      highestStoredCost: await readHighestHashCost(database.sequelize),
      maximumWaiting,
    }),
    isCommonPassword: loadCommonPasswords(),
    passwordTries: createPasswordTries(database),
    accessTokens: createAccessTokenSigner(signingKey),
    refreshTokens: createRefreshTokens(keys.refresh),
    mailTokens: createMailTokens(keys.mail),
    digest: (text) => createHmac('sha256', keys.digest).update(text).digest('hex'),
    sessionLifetimeMs: config.sessions.lifetimeMs,
    signInTracesMs: config.audit.signInTracesMs,
  };
  const { accessTokens } = auth;
  const following = { database, accessTokens, sealingKey: keys.sealing, firstKeyId: signingKey.id, clock };
  return { auth, followKey: followSigningKey(following) };
}

/** What has to be in the database before anybody may come in. */
async function prepareDatabase(config: Config, parts: AuthContext & { log: Logger }): Promise<void> {
  const { admin, demoAccounts } = config.firstAccounts;
  await synchroniseRoles(parts, builtInRoles);
  if (admin) await createFirstAdmin(parts, admin);
  if (demoAccounts) await createDemoAccounts(parts);
  if (config.profile.production) await disableDemoAccounts(parts);
}

async function loadKeys(database: Database) {
  const keys = await readPublicKeys(database);
  return keySet.parse({ keys: keys.map((key) => JSON.parse(key)) });
}
