import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { AccessTokenSigner } from './credentials/access-token-signer.ts';
import type { IsCommonPassword } from './credentials/common-passwords.ts';
import type { MailTokens } from './credentials/mail-tokens.ts';
import type { PasswordHasher } from './credentials/password-hasher.ts';
import type { RefreshTokens } from './credentials/refresh-tokens.ts';
import type { AuditLog } from './db/audit-log.ts';
import type { Models } from './db/models.ts';
import type { PasswordTries } from './db/password-tries.ts';

/** What the use-cases work with, put together in `service.ts`. */
export type AuthContext = {
  readonly database: Database;
  readonly models: Models;
  readonly audit: AuditLog;
  readonly passwords: PasswordHasher;
  readonly isCommonPassword: IsCommonPassword;
  readonly passwordTries: PasswordTries;
  readonly accessTokens: AccessTokenSigner;
  readonly refreshTokens: RefreshTokens;
  readonly mailTokens: MailTokens;
  /** Stands for a text that is only compared with itself, and can't be read back without `KEYS_SECRET`. */
  readonly digest: (text: string) => string;
  /** How long a session lasts from the sign-in on, however often it is refreshed. */
  readonly sessionLifetimeMs: number;
  /** How long e-mail and client addresses stand beside sign-ins in the audit log. */
  readonly signInTracesMs: number;
  /** Real time, which tokens and sessions go by. */
  readonly clock: Clock;
};
