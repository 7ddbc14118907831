import { createPrivateKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { deriveKeys, unseal } from '../auth-service/src/credentials/sealing.ts';
import { findActiveKey } from '../auth-service/src/db/signing-keys.ts';
import { type System, testAdmin } from './system.ts';

/** Secrets of a system whose tests have to sign tokens themselves. */
export const knownSecrets = {
  INTERNAL_SECRET: 'a secret between services that only tests know',
  KEYS_SECRET: 'a secret for keys that only tests know',
} as const;

/** Somebody who is signed in. */
export type Person = { readonly id: string; readonly email: string; readonly token: string; readonly refresh: string };

export const password = 'correct horse battery';

let people = 0;

/** Signs up somebody new, with the role `user`. */
export async function signUp({ api }: System): Promise<Person> {
  const email = `person-${++people}@example.com`;
  const { body } = await call(api, 'POST /auth/register', { body: { email, password, name: 'Ada Lovelace' } });
  return { id: body.user.id, email, token: body.accessToken, refresh: body.refreshToken };
}

/** Signs somebody in. */
export async function logIn({ api }: System, email: string, secret = password): Promise<Person> {
  const { body } = await call(api, 'POST /auth/login', { body: { email, password: secret } });
  return { id: body.user.id, email, token: body.accessToken, refresh: body.refreshToken };
}

export const logInAdmin = (system: System) => logIn(system, testAdmin.email, testAdmin.password);

/** Signs up somebody with other roles, whom an admin gives them. */
export async function signUpWith(system: System, admin: Person, roles: readonly string[]): Promise<Person> {
  const { id, email } = await signUp(system);
  const given = await call(system.api, `PUT /users/${id}/roles`, { token: admin.token, body: { roles } });
  if (given.status !== 200) throw new Error(`The roles were not given: ${JSON.stringify(given.body)}`);
  return logIn(system, email);
}

/**
 * A route of each service that needs to be signed in and has nothing else to say. Of auth-service one that goes by the token
 * alone: those that read the account as it is refuse a changed one at once.
 */
export const guardedRoutes = {
  'auth-service': 'GET /users/me/sessions',
  'flight-search-service': 'DELETE /flights/flt_nothing',
  'booking-service': 'GET /bookings',
  'reminder-service': 'GET /reminders?bookingId=bkg_nothing',
} as const;

/** Ends when every service refuses a token as outdated, and says how long that took. */
export async function untilOutdatedEverywhere({ api }: System, token: string, sinceMs: number): Promise<number> {
  for (const route of Object.values(guardedRoutes)) {
    await eventually(async () => {
      const { status, body } = await call(api, route, { token });
      if (status !== 401 || body.code !== 'token_outdated') throw new Error(`${route} answers ${status} ${body.code}`);
    });
  }
  return performance.now() - sinceMs;
}

/** The key that a system on SQLite signs access tokens with; it has to run with `knownSecrets`. */
export async function readSigningKey({ dataFolder }: System): Promise<{ kid: string; key: KeyObject }> {
  const file = join(dataFolder, 'airline_auth.sqlite');
  const database = await openDatabase({ dialect: 'sqlite', file }, createLogger({ service: 'e2e', level: 'fatal' }));
  try {
    const stored = await findActiveKey(database);
    const { sealing } = await deriveKeys(knownSecrets.KEYS_SECRET);
    const pem = stored && unseal(stored.sealedPrivateKey, { key: sealing, label: stored.id });
    if (!pem) throw new Error('The system has no key that opens with the secret of the tests.');
    return { kid: stored.id, key: createPrivateKey(pem) };
  } finally {
    await database.close();
  }
}

/** The claims of a token, unchecked. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
