import { startTokenIssuer, type TokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../log/logger.ts';
import { createAccessTokenVerifier } from './access-tokens.ts';
import { holds } from './caller.ts';

const log = createLogger({ service: 'test', level: 'fatal' });

let issuer: TokenIssuer;
beforeAll(async () => {
  issuer = await startTokenIssuer();
});
afterAll(() => issuer?.stop());

/** A verifier with a watch that says what it is told to. */
function verifierWith(maximumKept?: number) {
  const said = { isOutdated: false, isBlind: false };
  const verifier = createAccessTokenVerifier({
    keySetUrl: `${issuer.url}/.well-known/jwks.json`,
    log,
    watch: { isOutdated: () => said.isOutdated, isBlind: () => said.isBlind },
    ...(maximumKept === undefined ? {} : { maximumKept }),
  });
  return { said, verifier };
}

test('remembers no more tokens than it may, and knows the others again by their signature', async () => {
  const { verifier } = verifierWith(2);
  const tokens = [issuer.user().token, issuer.user().token, issuer.user().token];
  for (const token of tokens) await verifier.verify(token);
  expect(tokens.map((token) => verifier.recall(token) !== undefined)).toEqual([false, true, true]);
  expect(await verifier.verify(tokens[0] ?? '')).toMatchObject({ roles: ['user'] });
});

test('a token that it remembers is refused as soon as it is outdated', async () => {
  const { said, verifier } = verifierWith();
  const { token } = issuer.admin();
  await verifier.verify(token);
  said.isOutdated = true;
  await expect(verifier.verify(token)).rejects.toMatchObject({ status: 401, code: 'token_outdated' });
  expect(verifier.recall(token)).toBeUndefined();
});

test('while nobody can say who is still staff, permissions that a token carries are not believed', async () => {
  const { said, verifier } = verifierWith();
  said.isBlind = true;
  const admin = await verifier.verify(issuer.admin().token);
  expect(() => holds(admin, 'users:read')).toThrow(
    expect.objectContaining({ status: 503, code: 'service_unavailable' }),
  );
  const user = await verifier.verify(issuer.user().token);
  expect(holds(user, 'users:read')).toBe(false);
  said.isBlind = false;
  expect(holds(await verifier.verify(issuer.admin().token), 'users:read')).toBe(true);
});
