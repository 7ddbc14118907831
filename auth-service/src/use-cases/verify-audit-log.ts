import { type AuditSeals, isGenuine } from '../credentials/audit-seals.ts';
import type { AuditHead, AuditLog } from '../db/audit-log.ts';
import { type AuditRecord, chainedFacts } from '../domain/audit-entry.ts';

/** Entries read at a time. */
const batchSize = 500;

/** After so many findings the log is beyond being told about line by line. */
const maximumFindings = 100;

/** How far off an entry is looked for when it stands at another place than it was written for. */
const farthestMove = 50;

/** What an examination of the audit log came to. */
export type AuditVerdict = {
  readonly entries: number;
  /** Entries whose e-mail or client address was erased, as it may be. */
  readonly erased: number;
  /** What is wrong, in sentences that name the place; empty when nothing is. */
  readonly findings: readonly string[];
  /** The last entry: who keeps it elsewhere can tell later whether the log was cut back or written anew. */
  readonly head: AuditHead;
};

/**
 * Goes through the whole audit log and says what was changed, removed, moved or inserted.
 * @param options.anchor an entry as it was noted earlier: it has to be there still.
 */
export async function verifyAuditLog(
  { audit, seals }: { audit: AuditLog; seals: AuditSeals },
  { anchor }: { anchor?: AuditHead | undefined } = {},
): Promise<AuditVerdict> {
  // Before the entries: those that are appended meanwhile stand behind it and are looked at like the others.
  const head = await audit.head();
  const findings: string[] = [];
  let last: Seen = { position: 0, hash: '', isSound: true };
  let entries = 0;
  let erased = 0;
  let isAnchored = anchor === undefined;
  for (;;) {
    const batch = await audit.readFrom(last.position + 1, batchSize);
    for (const entry of batch) {
      const found = findingsAt(entry, last, seals);
      findings.push(...found);
      if (isErased(entry)) erased += 1;
      if (anchor?.position === entry.position && anchor.hash === entry.hash) isAnchored = true;
      if (entry.position === head.position && entry.hash !== head.hash) findings.push(headDiffers(entry));
      last = { position: entry.position, hash: entry.hash, isSound: found.length === 0 };
      entries += 1;
      if (findings.length >= maximumFindings) return { entries, erased, findings, head };
    }
    if (batch.length < batchSize) break;
  }
  if (last.position < head.position) findings.push(removed(last.position + 1, head.position));
  const laterHead = await audit.head();
  if (last.position > laterHead.position) {
    findings.push(`Entries were inserted behind position ${laterHead.position}, where the log ends.`);
  }
  if (!isAnchored) findings.push(`The entry at position ${anchor?.position} is not the one that was noted.`);
  return { entries, erased, findings, head };
}

/** The entry that was looked at last; nothing is said of who follows one that was found to be wrong. */
type Seen = AuditHead & { readonly isSound: boolean };

function findingsAt(entry: AuditRecord, before: Seen, seals: AuditSeals): string[] {
  const { position, id } = entry;
  const findings: string[] = [];
  const isGap = position > before.position + 1;
  if (isGap) findings.push(removed(before.position + 1, position - 1));
  if (seals.hashOf(chainedFacts(entry), entry.previousHash) !== entry.hash) {
    const from = originalPlace(entry, seals);
    findings.push(
      from === undefined
        ? `Entry ${position} (${id}) was changed, or inserted by somebody else than auth-service.`
        : `Entry ${position} (${id}) was moved here from position ${from}.`,
    );
  } else if (!isGap && before.isSound && entry.previousHash !== before.hash) {
    findings.push(`Entry ${position} (${id}) does not follow the entry before it: one of the two was replaced.`);
  }
  for (const [name, fact] of [['e-mail address', entry.email] as const, ['client address', entry.address] as const]) {
    if (!isGenuine(fact)) findings.push(`The ${name} of entry ${position} (${id}) was changed.`);
  }
  return findings;
}

/** Where an entry stood when it was written, if it is whole but for its place. */
function originalPlace(entry: AuditRecord, seals: AuditSeals): number | undefined {
  const first = Math.max(1, entry.position - farthestMove);
  const places = Array.from({ length: 2 * farthestMove + 1 }, (_, index) => first + index);
  return places.find(
    (position) => seals.hashOf(chainedFacts({ ...entry, position }), entry.previousHash) === entry.hash,
  );
}

const removed = (first: number, last: number) =>
  first === last ? `Entry ${first} was removed.` : `Entries ${first} to ${last} were removed.`;

const headDiffers = ({ position, id }: AuditRecord) =>
  `Entry ${position} (${id}) is not the one that the log ended with: it was replaced, or the head was.`;

const isErased = ({ email, address }: AuditRecord) =>
  [email, address].some(({ value, digest }) => value === null && digest !== null);
