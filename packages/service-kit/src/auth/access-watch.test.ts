import type { AccessChange, AccessChanges } from '@jetbridge/contracts/identity/internal.ts';
import { maximumAccessChanges } from '@jetbridge/contracts/identity/internal.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { expect, test } from 'vitest';
import { createLogger } from '../log/logger.ts';
import { createAccessWatch, followAccessChanges, type TokenVersions } from './access-watch.ts';

const minuteMs = 60_000;

/** auth-service as a watch sees it, and a clock. */
function world(maximum?: number) {
  const changes: AccessChange[] = [];
  const asked: (number | undefined)[] = [];
  const state = { nowMs: 0, rolesVersion: 1, isAway: false };
  const read = async (after: number | undefined): Promise<AccessChanges> => {
    asked.push(after);
    if (state.isAway) throw new Error('away');
    const page = changes.slice(after ?? 0, (after ?? 0) + maximumAccessChanges);
    return { position: (after ?? 0) + page.length, rolesVersion: state.rolesVersion, changes: page };
  };
  const log = createLogger({ service: 'test', level: 'fatal' });
  const watch = createAccessWatch({
    read,
    log,
    ...(maximum === undefined ? {} : { maximum }),
    monotonicMs: () => state.nowMs,
  });
  return { changes, asked, state, watch };
}

const token = (change: Partial<TokenVersions> = {}): TokenVersions => ({
  userId: 'usr_1',
  sessionId: 'ses_1',
  userVersion: 1,
  rolesVersion: 1,
  issuedAtMs: 1_000_000,
  ...change,
});

test('a token is outdated once its user, its session or a role has changed, and a newer one is not', async () => {
  const { changes, state, watch } = world();
  await watch.runOnce();
  expect(watch.isOutdated(token())).toBe(false);

  changes.push({ kind: 'user', id: 'usr_1', version: 3, atMs: 0 }, { kind: 'session', id: 'ses_2', atMs: 0 });
  // Older news that come late do not bring back what was taken away.
  changes.push({ kind: 'user', id: 'usr_1', version: 2, atMs: 0 });
  await watch.runOnce();
  expect(watch.isOutdated(token({ userVersion: 2 }))).toBe(true);
  expect(watch.isOutdated(token({ userVersion: 3 }))).toBe(false);
  expect(watch.isOutdated(token({ userId: 'usr_2' }))).toBe(false);
  expect(watch.isOutdated(token({ userId: 'usr_2', sessionId: 'ses_2', userVersion: 9 }))).toBe(true);

  state.rolesVersion = 2;
  await watch.runOnce();
  expect(watch.isOutdated(token({ userId: 'usr_2' }))).toBe(true);
  expect(watch.isOutdated(token({ userId: 'usr_2', rolesVersion: 2 }))).toBe(false);
});

test('asks for what came after the last answer, and goes on at once while pages are full', async () => {
  const { changes, asked, watch } = world();
  for (let count = 0; count < maximumAccessChanges + 1; count++) {
    changes.push({ kind: 'session', id: `ses_${count}`, atMs: 0 });
  }
  expect(await watch.runOnce()).toBe(maximumAccessChanges);
  expect(await watch.runOnce()).toBe(0);
  expect(asked).toEqual([undefined, maximumAccessChanges]);
});

test('forgets a change when no token can be older than it', async () => {
  const { changes, state, watch } = world();
  changes.push({ kind: 'user', id: 'usr_1', version: 2, atMs: 0 });
  await watch.runOnce();
  state.nowMs = 15 * minuteMs;
  await watch.runOnce();
  expect(watch.isOutdated(token())).toBe(true);
  state.nowMs = 17 * minuteMs;
  await watch.runOnce();
  expect(watch.isOutdated(token())).toBe(false);
});

test('with more changes than it may keep, refuses every token as old as those it dropped', async () => {
  const { changes, watch } = world(2);
  for (let count = 1; count <= 3; count++) changes.push({ kind: 'session', id: `ses_${count}`, atMs: count * 1_000 });
  await watch.runOnce();
  expect(watch.isOutdated(token({ sessionId: 'ses_1', issuedAtMs: 1_000 }))).toBe(true);
  expect(watch.isOutdated(token({ sessionId: 'ses_9', issuedAtMs: 1_000 }))).toBe(true);
  expect(watch.isOutdated(token({ sessionId: 'ses_9', issuedAtMs: 2_000 }))).toBe(false);
  expect(watch.isOutdated(token({ sessionId: 'ses_3', issuedAtMs: 2_000 }))).toBe(true);
});

test('is blind until auth-service is heard, and again 30 s after it was heard last', async () => {
  const { state, watch } = world();
  state.isAway = true;
  await watch.runOnce();
  expect(watch.isBlind()).toBe(true);
  state.isAway = false;
  await watch.runOnce();
  expect(watch.isBlind()).toBe(false);
  state.isAway = true;
  state.nowMs = 30_000;
  await watch.runOnce();
  expect(watch.isBlind()).toBe(false);
  state.nowMs = 30_001;
  expect(watch.isBlind()).toBe(true);
});

test('asks again at once until it was heard for the first time, so that nobody waits for staff after a start', async () => {
  let asked = 0;
  const read = async (): Promise<AccessChanges> => {
    asked += 1;
    if (asked <= 3) throw new Error('still starting');
    return { position: 0, rolesVersion: 1, changes: [] };
  };
  const watch = await followAccessChanges({ read, log: createLogger({ service: 'test', level: 'fatal' }) });
  try {
    expect(watch.isBlind()).toBe(true);
    // Three questions two seconds apart would take longer.
    await eventually(() => expect(watch.isBlind()).toBe(false), { timeoutMs: 3_000 });
  } finally {
    await watch.stop();
  }
});
