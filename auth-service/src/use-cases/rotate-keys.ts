import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { accessTokenSeconds } from '../credentials/access-token-signer.ts';
import type { AuditLog } from '../db/audit-log.ts';
import {
  deleteKey,
  findActiveKey,
  handOver,
  insertNextKey,
  type KeyStanding,
  readKeyStandings,
} from '../db/signing-keys.ts';
import { dueForKeys, publishedAheadMs } from '../domain/key-rotation.ts';
import { makeKey, openKey } from './provide-signing-key.ts';
import { recordDeed } from './record-deed.ts';

type Given = { readonly sealingKey: Buffer; readonly nowMs: number };

/**
 * Makes the key that will sign next, and publishes it. It signs from a minute on, when every service has had the time to
 * see it; the present one leaves when the last of its tokens has ended.
 * @returns the new key, or the one that waits already to take over.
 * @throws Error when no key is there yet, or when it does not open with this secret.
 */
export async function rotateKeys(
  { database, audit }: { database: Database; audit: AuditLog },
  { sealingKey, nowMs }: Given,
): Promise<{ key: KeyStanding; isNew: boolean }> {
  const active = await findActiveKey(database);
  if (!active) throw new Error('There is no signing key yet. Start auth-service once: it makes the first one.');
  // A key sealed with another secret than the processes have would end all sign-ins a minute later.
  openKey(active, sealingKey);
  const made = await makeKey(sealingKey, nowMs);
  return database.write(async (tx) => {
    const waiting = (await readKeyStandings(database, tx)).find(
      ({ signs, leavesAtMs, signsFromMs }) => !signs && leavesAtMs === null && signsFromMs !== null,
    );
    if (waiting) return { key: waiting, isNew: false };
    const signsFromMs = nowMs + publishedAheadMs;
    await insertNextKey(database, made, { nowMs, signsFromMs }, tx);
    const target = { type: 'signing_key', id: made.id };
    await recordDeed({ audit }, { actor: undefined, action: 'signing_key.rotated', target }, tx);
    return { key: { id: made.id, signs: false, createdAtMs: nowMs, signsFromMs, leavesAtMs: null }, isNew: true };
  });
}

/**
 * Hands the signing over to the next key when it is time, and deletes keys whose last token has ended. Every process does
 * this every few seconds; who comes second finds nothing to do.
 */
export async function tendKeys(database: Database, nowMs: number): Promise<void> {
  const lifetimeMs = accessTokenSeconds * 1_000;
  const isDue = ({ handOver: next, gone }: ReturnType<typeof dueForKeys>) => next !== undefined || gone.length > 0;
  // A look without locks first: nearly always there is nothing to do.
  if (!isDue(dueForKeys(await readKeyStandings(database), lifetimeMs, nowMs))) return;
  await database.write(async (tx) => {
    const due = dueForKeys(await readKeyStandings(database, tx), lifetimeMs, nowMs);
    if (due.handOver) await handOver(database, due.handOver, tx);
    for (const id of due.gone) await deleteKey(database, id, tx);
  });
}
