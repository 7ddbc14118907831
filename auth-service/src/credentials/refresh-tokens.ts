import { createHash, createHmac, randomBytes } from 'node:crypto';

/** Makes refresh tokens: opaque to clients, 256 bits each, stored only as hashes. */
export type RefreshTokens = {
  /** The first token of a session. */
  readonly first: () => string;
  /**
   * The token that replaces `token`. It is always the same one, so that a repeated refresh can be answered without
   * keeping a token in clear; who lacks `KEYS_SECRET` can't compute it.
   */
  readonly successorOf: (token: string) => string;
};

const prefix = 'rt_';

/** @param key the `refresh` key of `deriveKeys`. */
export function createRefreshTokens(key: Buffer): RefreshTokens {
  return {
    first: () => `${prefix}${randomBytes(32).toString('base64url')}`,
    successorOf: (token) => `${prefix}${createHmac('sha256', key).update(token).digest('base64url')}`,
  };
}

/** What is stored of a refresh token. A plain hash is enough for 256 random bits, which nobody can guess. */
export function hashOfRefreshToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
