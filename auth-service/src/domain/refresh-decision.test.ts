import { expect, test } from 'vitest';
import { decideRefresh, type RefreshFacts, refreshGraceMs } from './refresh-decision.ts';

const nowMs = 1_800_000_000_000;
const fresh: RefreshFacts = {
  session: { expiresAtMs: nowMs + 1, endedAtMs: null, endReason: null },
  userIsActive: true,
  token: { usedAtMs: null },
  successor: undefined,
  nowMs,
};
const usedAgo = (agoMs: number): RefreshFacts => ({
  ...fresh,
  token: { usedAtMs: nowMs - agoMs },
  successor: { usedAtMs: null },
});
const ended = (endReason: 'signed_out' | 'refresh_token_reused') => ({
  ...fresh.session,
  endedAtMs: nowMs - 1,
  endReason,
});

test.each([
  ['a token that was never used is replaced', fresh, 'rotate'],
  ['a token used a moment ago gets the same successor', usedAgo(1), 'repeat'],
  ['the grace includes its last millisecond', usedAgo(refreshGraceMs), 'repeat'],
  ['a token used by a process whose clock runs ahead gets the same successor', usedAgo(-500), 'repeat'],
  ['a token used longer ago is a copy', usedAgo(refreshGraceMs + 1), 'reused'],
  ['a token whose successor was used too is a copy', { ...usedAgo(1), successor: { usedAtMs: nowMs } }, 'reused'],
  ['a used token whose successor is unknown is a copy', { ...usedAgo(1), successor: undefined }, 'reused'],
  ['a session that has expired is over', { ...fresh, nowMs: nowMs + 1 }, 'invalid'],
  ['a session that was signed out is over', { ...fresh, session: ended('signed_out') }, 'invalid'],
  [
    'a used token of a signed-out session says no more than that',
    { ...usedAgo(60_000), session: ended('signed_out') },
    'invalid',
  ],
  [
    'every token of a session that ended by reuse hears so',
    { ...fresh, session: ended('refresh_token_reused') },
    'reused',
  ],
  ['a disabled user gets nothing', { ...fresh, userIsActive: false }, 'invalid'],
] as const satisfies readonly [string, RefreshFacts, string][])('%s', (_name, facts, decision) => {
  expect(decideRefresh(facts)).toBe(decision);
});
