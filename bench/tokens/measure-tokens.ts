import type { AccessChanges } from '@jetbridge/contracts/identity/internal.ts';
import { type AccessTokenVerifier, createAccessTokenVerifier } from '@jetbridge/service-kit/auth/access-tokens.ts';
import { createAccessWatch } from '@jetbridge/service-kit/auth/access-watch.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { startTokenIssuer } from '@jetbridge/testing/access-tokens.ts';

/** How long checking one token takes, in microseconds. */
export type TokenFigures = { readonly medianUs: number; readonly p99Us: number };

export type TokensReport = {
  /** Each token was seen before. */
  readonly remembered: TokenFigures;
  /** The same without remembering any: a signature is checked each time. */
  readonly baseline: TokenFigures;
};

export type TokensOptions = {
  /** Different tokens, by turns. */
  readonly tokens: number;
  readonly checks: number;
  /** Changes of access that a token is compared with. */
  readonly changes: number;
};

/** Measures what a service does with the token of each request, with and without remembering those it has seen. */
export async function measureTokens({ tokens: count, checks, changes }: TokensOptions): Promise<TokensReport> {
  const issuer = await startTokenIssuer();
  try {
    const log = createLogger({ service: 'bench', level: 'fatal' });
    const keySetUrl = `${issuer.url}/.well-known/jwks.json`;
    const watch = createAccessWatch({ read: async () => changesOfOthers(changes), log });
    await watch.runOnce();
    const tokens = Array.from({ length: count }, () => Buffer.from(issuer.support().token));
    const remembering = createAccessTokenVerifier({ keySetUrl, log, watch, maximumKept: count });
    // With room for one, each of many by turns is a new one.
    const forgetting = createAccessTokenVerifier({ keySetUrl, log, watch, maximumKept: 1 });
    for (const verifier of [remembering, forgetting]) await checkEach(verifier, tokens, count);
    // By turns, so that what else the machine does meets both.
    const [remembered, baseline]: [number[], number[]] = [[], []];
    const rounds = 10;
    for (let round = 0; round < rounds; round++) {
      remembered.push(...(await checkEach(remembering, tokens, Math.ceil(checks / rounds))));
      baseline.push(...(await checkEach(forgetting, tokens, Math.ceil(checks / rounds / 10))));
    }
    return { remembered: figuresOf(remembered), baseline: figuresOf(baseline) };
  } finally {
    await issuer.stop();
  }
}

/** Checks tokens by turns; returns the microseconds of each check. A token comes as a new text, as from a socket. */
async function checkEach(verifier: AccessTokenVerifier, tokens: readonly Buffer[], times: number): Promise<number[]> {
  const taken: number[] = [];
  for (let time = 0; time < times; time++) {
    const token = tokens[time % tokens.length]?.toString('latin1') ?? '';
    const startedAt = process.hrtime.bigint();
    await verifier.verify(token);
    taken.push(Number(process.hrtime.bigint() - startedAt) / 1_000);
  }
  return taken;
}

function changesOfOthers(count: number): AccessChanges {
  const changes = Array.from({ length: count }, (_, index) => ({
    kind: 'user' as const,
    id: `usr_${index}`,
    version: 2,
    atMs: 0,
  }));
  return { position: count, rolesVersion: 1, changes };
}

function figuresOf(microseconds: readonly number[]): TokenFigures {
  const sorted = microseconds.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { medianUs: at(0.5), p99Us: at(0.99) };
}
