import { createPublicKey, type KeyObject } from 'node:crypto';
import { type KeySet, keySet } from '@jetbridge/contracts/identity/routes.ts';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { serviceUnavailable, tokenInvalid, tokenOutdated } from '../http/problems.ts';
import type { Logger } from '../log/logger.ts';
import type { AccessWatch, TokenVersions } from './access-watch.ts';
import type { Caller } from './caller.ts';

/** What access tokens say of who made them and for whom. */
export const accessTokenIssuer = 'jetbridge';
export const accessTokenAudience = 'jetbridge-api';
/** The `typ` header of RFC 9068, which keeps other tokens from being taken for access tokens. */
export const accessTokenType = 'at+jwt';

/** Longer ones are refused unread: ours stay below, and hashing megabytes is work for nothing. */
const maximumTokenLength = 8_192;
/** An unknown key id makes us ask for the keys again, but no more often than this. */
const refetchAfterMs = 30_000;
/** Verified tokens kept unless said otherwise, some 30 MB: the next request with one costs no signature check. */
const usuallyKept = 10_000;

const claims = z.object({
  sub: z.string(),
  sid: z.string(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
  ver: z.int(),
  rv: z.int(),
  iat: z.int(),
  exp: z.int(),
});

/** What is kept of a token that was verified. */
type Verified = { readonly caller: Caller; readonly versions: TokenVersions; readonly endsAtMs: number };

export type AccessTokenVerifier = {
  /**
   * Who a token speaks for. While nobody can say who is still staff, asking its caller for a permission throws 503.
   * @throws HttpProblem 401, or 503 when the keys can't be had.
   */
  readonly verify: (token: string) => Promise<Caller>;
};

/** A verifier that remembers what it has verified. */
export type RememberingTokenVerifier = AccessTokenVerifier & {
  /** Who a token speaks for if it was verified lately and still holds, without any work. */
  readonly recall: (token: string) => Caller | undefined;
};

/** Where a verifier gets the public keys: from the address that auth-service publishes them at, or by a function. */
export type KeySource =
  | { readonly keySetUrl: string; readonly fetchKeys?: typeof fetch }
  | { readonly loadKeys: () => Promise<KeySet> };

/**
 * Verifies access tokens with the keys of auth-service, which are asked for when a token names an unknown one.
 * @param options.watch tells which tokens are outdated before they end. Without it, none is.
 * @param options.maximumKept verified tokens to remember at most; those that came first make room.
 */
export function createAccessTokenVerifier(
  options: KeySource & { readonly log: Logger; readonly watch?: AccessWatch; readonly maximumKept?: number },
): RememberingTokenVerifier {
  const { watch, maximumKept = usuallyKept } = options;
  const keys = createKeyRing(options);
  const kept = new Map<string, Verified>();

  async function verifyNew(token: string): Promise<Verified> {
    if (token.length > maximumTokenLength) throw tokenInvalid();
    const header = readHeader(token);
    if (header?.alg !== 'RS256' || header.typ !== accessTokenType || typeof header.kid !== 'string') {
      throw tokenInvalid();
    }
    const key = await keys.find(header.kid);
    if (!key) throw tokenInvalid();
    const verified = readClaims(token, key);
    if (kept.size >= maximumKept) kept.delete(kept.keys().next().value ?? '');
    kept.set(token, verified);
    return verified;
  }

  function find(token: string): Verified | undefined {
    const known = kept.get(token);
    if (known === undefined || known.endsAtMs > Date.now()) return known;
    kept.delete(token);
    return undefined;
  }

  return {
    recall: (token) => {
      const known = find(token);
      return known && !watch?.isOutdated(known.versions) ? known.caller : undefined;
    },
    verify: async (token) => {
      const { caller, versions } = find(token) ?? (await verifyNew(token));
      if (watch?.isOutdated(versions)) throw tokenOutdated();
      return watch?.isBlind() ? withoutBelievedPermissions(caller) : caller;
    },
  };
}

/** Somebody whose permissions may have been taken away meanwhile: who holds none is not concerned. */
function withoutBelievedPermissions(caller: Caller): Caller {
  const permissions = {
    has: (permission: string): boolean => {
      if (caller.permissions.has(permission)) throw serviceUnavailable({ effect: 'none' });
      return false;
    },
  };
  return { ...caller, permissions };
}

function readHeader(token: string): { alg?: unknown; typ?: unknown; kid?: unknown } | undefined {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8'));
    return typeof decoded === 'object' && decoded !== null ? decoded : undefined;
  } catch {
    return undefined;
  }
}

function readClaims(token: string, key: KeyObject): Verified {
  try {
    const verified = jwt.verify(token, key, {
      algorithms: ['RS256'],
      issuer: accessTokenIssuer,
      audience: accessTokenAudience,
    });
    const { sub, sid, roles, permissions, ver, rv, iat, exp } = claims.parse(verified);
    return {
      caller: { userId: sub, sessionId: sid, roles, permissions: new Set(permissions) },
      versions: { userId: sub, sessionId: sid, userVersion: ver, rolesVersion: rv, issuedAtMs: iat * 1_000 },
      endsAtMs: exp * 1_000,
    };
  } catch {
    throw tokenInvalid();
  }
}

/** The public keys of auth-service by id, loaded when one is asked for that is not there. */
function createKeyRing(options: KeySource & { readonly log: Logger }) {
  const loadKeys = 'loadKeys' in options ? options.loadKeys : fetchKeySet(options);
  let known = new Map<string, KeyObject>();
  let loadedAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  async function reload(): Promise<void> {
    const { keys } = await loadKeys();
    known = new Map(keys.map((key) => [key.kid, createPublicKey({ key, format: 'jwk' })]));
    loadedAtMs = Date.now();
  }

  return {
    async find(kid: string): Promise<KeyObject | undefined> {
      const key = known.get(kid);
      if (key || Date.now() - loadedAtMs < refetchAfterMs) return key;
      loading ??= reload().finally(() => {
        loading = undefined;
      });
      try {
        await loading;
      } catch (error) {
        options.log.warn({ error }, 'the keys of access tokens could not be loaded');
        throw serviceUnavailable({ effect: 'none', cause: error });
      }
      return known.get(kid);
    },
  };
}

function fetchKeySet({ keySetUrl, fetchKeys = fetch }: Extract<KeySource, { keySetUrl: string }>) {
  return async (): Promise<KeySet> => {
    const response = await fetchKeys(keySetUrl, { signal: AbortSignal.timeout(2_000) });
    if (!response.ok) throw new Error(`The key set at ${keySetUrl} answered ${response.status}.`);
    return keySet.parse(await response.json());
  };
}
