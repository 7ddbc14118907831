import type { ServiceName } from '@jetbridge/contracts/http/route.ts';
import { publicRoutes } from '@jetbridge/contracts/openapi/public-routes.ts';
import { createInternalTokens } from '@jetbridge/service-kit/auth/internal-tokens.ts';
import { call } from '@jetbridge/testing/call.ts';
import { withClaims } from '@jetbridge/testing/forged-tokens.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askingOrder, type Column, matrix, type Scene } from './access-matrix.ts';
import {
  claimsOf,
  knownSecrets,
  logInAdmin,
  type Person,
  readSigningKey,
  signUp,
  signUpWith,
  untilOutdatedEverywhere,
} from './people.ts';
import { longestStartMs, type System, startSystem } from './system.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Operation = { readonly id: string; readonly method: Method; readonly path: string; readonly takesBody: boolean };

let system: System;
let scene: Scene;
let tokens: Record<Exclude<Column, 'nobody' | 'service'>, string>;
let operations: readonly Operation[];

beforeAll(async () => {
  system = await startSystem(knownSecrets);
  operations = await readOperations();
  const admin = await logInAdmin(system);
  const user = await signUp(system);
  const [other, support, disabled] = [
    await signUp(system),
    await signUpWith(system, admin, ['support']),
    await signUp(system),
  ];
  const key = await readSigningKey(system);
  const claims = { ...claimsOf(user.token), exp: Math.floor(Date.now() / 1_000) - 1 };
  const expired = withClaims({})({ ...key, claims, others: { refresh: '', internal: '', lookup: '' } });
  scene = await setScene(user);
  const disabledAtMs = performance.now();
  const change = { token: admin.token, body: { status: 'disabled' } };
  expect((await call(system.api, `PATCH /users/${disabled.id}`, change)).status).toBe(200);
  await untilOutdatedEverywhere(system, disabled.token, disabledAtMs);
  tokens = {
    user: user.token,
    other: other.token,
    support: support.token,
    admin: admin.token,
    disabled: disabled.token,
    expired,
  };
}, longestStartMs);
afterAll(() => system?.stop());

test('every public route has a line in the matrix, and every line has a route', () => {
  expect(Object.keys(matrix).toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
});

test.for(Object.entries(matrix))('%s', async ([id, { expected, ...sent }]) => {
  const operation = operations.find((one) => one.id === id);
  if (!operation) throw new Error(`The API document has no operation ${id}.`);
  const parameters = sent.path?.(scene) ?? {};
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? 'nothing');
  const body = sent.body?.(scene) ?? (operation.takesBody ? {} : undefined);
  const statuses: Partial<Record<Column, number>> = {};
  for (const column of askingOrder) {
    const token = tokenOf(column, id);
    const options = { ...(token === undefined ? {} : { token }), ...(body === undefined ? {} : { body }) };
    const answer = await call(system.gateway, `${operation.method} ${path}${sent.query ?? ''}`, options);
    statuses[column] = answer.status;
    if (answer.status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  }
  expect(statuses).toEqual(expected);
});

function tokenOf(column: Column, id: string): string | undefined {
  if (column === 'nobody') return undefined;
  if (column !== 'service') return tokens[column];
  const service: ServiceName = publicRoutes.find(({ route }) => route.id === id)?.route.service ?? 'api-gateway';
  const from = service === 'auth-service' ? 'booking-service' : 'auth-service';
  return createInternalTokens({ from, secret: knownSecrets.INTERNAL_SECRET }).tokenFor(service);
}

/** The operations of the API document as the gateway hands it out. */
async function readOperations(): Promise<Operation[]> {
  const { body } = await call(system.gateway, 'GET /openapi.json');
  const paths: [string, Record<string, { operationId: string; requestBody?: unknown }>][] = Object.entries(body.paths);
  return paths.flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, { operationId, requestBody }]) => ({
      id: operationId,
      // The document has no other methods.
      method: method.toUpperCase() as Method,
      path,
      takesBody: requestBody !== undefined,
    })),
  );
}

async function setScene(user: Person): Promise<Scene> {
  const date = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  const found = await call(system.api, `GET /flights?origin=JFK&destination=LHR&date=${date}&limit=1`);
  const flightId: string = found.body.data[0].id;
  const book = async (): Promise<string> => {
    const body = {
      flights: [{ flightId, cabin: 'economy' }],
      passengers: [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }],
      contact: { email: user.email },
      payment: { method: 'card', token: 'tok_visa' },
    };
    const placed = await call(system.api, 'POST /bookings', { token: user.token, body });
    expect(placed.status).toBe(201);
    return placed.body.id;
  };
  return { userId: user.id, flightId, bookingId: await book(), bookingToCancel: await book() };
}
