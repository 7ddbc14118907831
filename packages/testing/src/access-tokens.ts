import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventData, EventType } from '@jetbridge/contracts/events/catalogue.ts';
import {
  type AccessChange,
  type AccessChanges,
  type AccountContact,
  readAccessChangesRoute,
} from '@jetbridge/contracts/identity/internal.ts';
import { builtInRoles, type Permission } from '@jetbridge/contracts/identity/permissions.ts';
import { accessTokenAudience, accessTokenIssuer, accessTokenType } from '@jetbridge/service-kit/auth/access-tokens.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import jwt from 'jsonwebtoken';

/** Someone to make requests as. */
export type TestUser = { readonly userId: string; readonly token: string };

/**
 * Stands where auth-service would: publishes keys, events and changes of access at its URL, signs access tokens for whoever a
 * test needs, and knows their addresses.
 */
export type TokenIssuer = {
  /** What to set as `AUTH_SERVICE_URL`. */
  readonly url: string;
  readonly user: (overrides?: { userId?: string; roles?: string[]; permissions?: readonly Permission[] }) => TestUser;
  readonly admin: () => TestUser;
  readonly support: () => TestUser;
  /** From now on, tokens of this user that were signed before are outdated. */
  readonly outdate: (user: TestUser) => void;
  /** Puts an event into its feed. */
  readonly publish: <T extends EventType>(type: T, data: EventData<T>) => void;
  readonly stop: () => Promise<void>;
};

/** The address of the account of a test's user. */
export const emailOf = (userId: string) => `${userId.toLowerCase()}@example.com`;

/**
 * Starts an issuer with a fresh key.
 * @param options.isSilent publishes keys, but says nothing of changed access.
 */
export async function startTokenIssuer({ isSilent = false } = {}): Promise<TokenIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const kid = newId('key');
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
  const changes: AccessChange[] = [];
  const feed: { position: number; event: object }[] = [];
  const server = http.createServer((req, res) => {
    if (isSilent && req.url?.startsWith(readAccessChangesRoute.path)) {
      res.writeHead(503).end();
      return;
    }
    res.setHeader('Content-Type', 'application/json').end(JSON.stringify(answerTo(req.url ?? '/')));
  });
  function answerTo(url: string): AccessChanges | AccountContact | { events: object[] } | { keys: object[] } {
    const { pathname, searchParams } = new URL(url, 'http://issuer');
    if (pathname === readAccessChangesRoute.path) return { position: changes.length, rolesVersion: 1, changes };
    if (pathname === '/internal/events') return eventsAfter(Number(searchParams.get('after')));
    const [, userId] = /^\/internal\/users\/([^/]+)$/.exec(pathname) ?? [];
    return userId === undefined ? { keys: [jwk] } : { id: userId, email: emailOf(userId), name: 'Ada Lovelace' };
  }
  function eventsAfter(after: number) {
    const news = feed.filter(({ position }) => position > after);
    return { events: news, position: news.at(-1)?.position ?? after };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const user: TokenIssuer['user'] = ({ userId = newId('usr'), roles = ['user'], permissions = [] } = {}) => {
    const payload = { sid: newId('ses'), roles, permissions, ver: 1, rv: 1 };
    const token = jwt.sign(payload, privateKey, {
      algorithm: 'RS256',
      keyid: kid,
      header: { alg: 'RS256', typ: accessTokenType },
      issuer: accessTokenIssuer,
      audience: accessTokenAudience,
      subject: userId,
      expiresIn: 900,
    });
    return { userId, token };
  };
  return {
    // A server that listens on TCP has an address of this form.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    user,
    admin: () => user({ roles: ['admin'], permissions: builtInRoles.admin.permissions }),
    publish: (type, data) => {
      const envelope = { specversion: '1.0', id: newId('evt'), source: '/auth-service', type, subject: 'a user' };
      const event = { ...envelope, time: new Date().toISOString(), datacontenttype: 'application/json', data };
      feed.push({ position: feed.length + 1, event });
    },
    support: () => user({ roles: ['support'], permissions: builtInRoles.support.permissions }),
    outdate: ({ userId }) => {
      changes.push({ kind: 'user', id: userId, version: 2, atMs: Date.now() });
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
