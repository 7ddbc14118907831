import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { AccessTokenSigner } from './credentials/access-token-signer.ts';
import type { PasswordHasher } from './credentials/password-hasher.ts';
import type { RefreshTokens } from './credentials/refresh-tokens.ts';
import type { AuditLog } from './db/audit-log.ts';
import type { Models } from './db/models.ts';

/** What the use-cases work with, put together in `service.ts`. */
export type AuthContext = {
  readonly database: Database;
  readonly models: Models;
  readonly audit: AuditLog;
  readonly passwords: PasswordHasher;
  readonly accessTokens: AccessTokenSigner;
  readonly refreshTokens: RefreshTokens;
  /** How long a session lasts from the sign-in on, however often it is refreshed. */
  readonly sessionLifetimeMs: number;
  /** Real time, which tokens and sessions go by. */
  readonly clock: Clock;
};
