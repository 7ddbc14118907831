import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventData, EventType } from '@jetbridge/contracts/events/catalogue.ts';
import { builtInRoles, type Permission } from '@jetbridge/contracts/identity/permissions.ts';
import { accessTokenAudience, accessTokenIssuer, accessTokenType } from '@jetbridge/service-kit/auth/access-tokens.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import jwt from 'jsonwebtoken';

/** Someone to make requests as. */
export type TestUser = { readonly userId: string; readonly token: string };

/** Stands where auth-service would: publishes keys and events at its URL, and signs access tokens for whoever a test needs. */
export type TokenIssuer = {
  /** What to set as `AUTH_SERVICE_URL`. */
  readonly url: string;
  readonly user: (overrides?: { userId?: string; roles?: string[]; permissions?: readonly Permission[] }) => TestUser;
  readonly admin: () => TestUser;
  readonly support: () => TestUser;
  /** Puts an event into its feed. */
  readonly publish: <T extends EventType>(type: T, data: EventData<T>) => void;
  readonly stop: () => Promise<void>;
};

/** Starts an issuer with a fresh key. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const kid = newId('key');
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
  const feed: { position: number; event: object }[] = [];
  const server = http.createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://issuer');
    const after = Number(searchParams.get('after'));
    const news = feed.filter(({ position }) => position > after);
    const events = { events: news, position: news.at(-1)?.position ?? after };
    const answer = pathname === '/internal/events' ? events : { keys: [jwk] };
    res.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
  });
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
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
