import type { KeyObject } from 'node:crypto';
import { accessTokenAudience, accessTokenIssuer, accessTokenType } from '@jetbridge/service-kit/auth/access-tokens.ts';
import jwt from 'jsonwebtoken';

/** How long an access token is good for. */
export const accessTokenSeconds = 900;

/** What an access token says of its holder. */
export type AccessTokenFacts = {
  readonly userId: string;
  readonly sessionId: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly userVersion: number;
  readonly rolesVersion: number;
};

/** Signs access tokens: JWTs of RFC 9068 with RS256. `nowMs` is in Unix milliseconds. */
export type AccessTokenSigner = {
  readonly sign: (facts: AccessTokenFacts, nowMs: number) => string;
  /** Signs with another key from now on. */
  readonly useKey: (key: SigningKey) => void;
};

export type SigningKey = { readonly id: string; readonly privateKey: KeyObject };

export function createAccessTokenSigner(firstKey: SigningKey): AccessTokenSigner {
  let key = firstKey;
  return {
    useKey: (next) => {
      key = next;
    },
    sign: (facts, nowMs) => {
      const issuedAt = Math.floor(nowMs / 1_000);
      const claims = {
        iss: accessTokenIssuer,
        aud: accessTokenAudience,
        sub: facts.userId,
        sid: facts.sessionId,
        roles: facts.roles,
        permissions: facts.permissions,
        ver: facts.userVersion,
        rv: facts.rolesVersion,
        iat: issuedAt,
        exp: issuedAt + accessTokenSeconds,
      };
      const header = { alg: 'RS256', typ: accessTokenType } as const;
      return jwt.sign(claims, key.privateKey, { algorithm: 'RS256', keyid: key.id, header });
    },
  };
}
