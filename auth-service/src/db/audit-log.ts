import { insertRows } from '@jetbridge/service-kit/database/insert-rows.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { fromInstant } from '@jetbridge/service-kit/time/instants.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import { type AuditSeals, saltFact } from '../credentials/audit-seals.ts';
import { type AuditRecord, chainedFacts, type NewAuditEntry } from '../domain/audit-entry.ts';

/** The last entry of the log, which the next one follows. */
export type AuditHead = { readonly position: number; readonly hash: string };

/** Which entries to read; instants are Unix milliseconds. */
type AuditFilter = {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly beforeMs?: number | undefined;
};

/** The log of who did what: entries are appended, and never changed but for what may be erased. */
export type AuditLog = {
  /**
   * Appends an entry. All writers wait here for each other until their transactions end, because an entry's hash needs
   * the one before: it is the last lock that a transaction takes.
   */
  readonly append: (entry: NewAuditEntry, tx: Transaction) => Promise<void>;
  /** Entries before a position, the newest first. */
  readonly list: (filter: AuditFilter, page: { before: number | undefined; limit: number }) => Promise<AuditRecord[]>;
  /** Entries from a position on, the oldest first. */
  readonly readFrom: (position: number, limit: number) => Promise<AuditRecord[]>;
  readonly head: () => Promise<AuditHead>;
  /** Erases what stands beside entries of a person: their deeds, tries to sign in as them, and their present address. */
  readonly erase: (person: { userId: string; email: string }, tx: Transaction) => Promise<void>;
  /**
   * Erases what stands beside sign-ins, good and bad, from before an instant (Unix milliseconds).
   * @returns of how many entries, at most `limit`.
   */
  readonly eraseTraces: (beforeMs: number, limit: number, tx: Transaction) => Promise<number>;
};

const columns = `position, id, at_ms AS atMs, service, actor, action, target_type AS targetType, target,
  before_json AS beforeJson, after_json AS afterJson, request_id AS requestId,
  email, email_salt AS emailSalt, email_digest AS emailDigest,
  address, address_salt AS addressSalt, address_digest AS addressDigest, previous_hash AS previousHash, hash`;

const erased = `UPDATE audit_log SET email = NULL, email_salt = NULL, address = NULL, address_salt = NULL,
  traces_since_ms = NULL`;

export function createAuditLog(database: Database, seals: AuditSeals): AuditLog {
  const { sequelize } = database;

  async function select(rest: string, replacements: (string | number)[]): Promise<AuditRecord[]> {
    const rows = await sequelize.query<Row>(`SELECT ${columns} FROM audit_log ${rest}`, {
      replacements,
      type: QueryTypes.SELECT,
    });
    return rows.map(toRecord);
  }

  async function readHead(tx?: Transaction): Promise<AuditHead> {
    const [head] = await sequelize.query<AuditHead>('SELECT position, hash FROM audit_log_head WHERE id = 1', {
      type: QueryTypes.SELECT,
      transaction: tx ?? null,
    });
    if (!head)
      throw new Error('The table audit_log_head has lost its row; "npm run audit -- verify" tells what is left.');
    return { position: Number(head.position), hash: head.hash };
  }

  async function update(sql: string, replacements: (string | number)[], tx: Transaction): Promise<void> {
    await sequelize.query(sql, { replacements, type: QueryTypes.UPDATE, transaction: tx });
  }

  return {
    list: ({ actor, action, target, fromMs, beforeMs }, { before, limit }) => {
      const conditions: [string, string | number | undefined][] = [
        ['actor = ?', actor],
        ['action = ?', action],
        ['target = ?', target],
        ['at_ms >= ?', fromMs],
        ['at_ms < ?', beforeMs],
        ['position < ?', before],
      ];
      const asked = conditions.filter((one): one is [string, string | number] => one[1] !== undefined);
      const where = asked.length === 0 ? '' : `WHERE ${asked.map(([condition]) => condition).join(' AND ')}`;
      return select(`${where} ORDER BY position DESC LIMIT ?`, [...asked.map(([, value]) => value), limit]);
    },
    readFrom: (position, limit) => select('WHERE position >= ? ORDER BY position LIMIT ?', [position, limit]),
    head: () => readHead(),
    append: async (entry, tx) => {
      await update('UPDATE audit_log_head SET position = position + 1 WHERE id = 1', [], tx);
      const { position, hash: previousHash } = await readHead(tx);
      const facts = toFacts(entry, position);
      const hash = seals.hashOf(chainedFacts(facts), previousHash);
      await insertRows(database, 'audit_log', [toRow({ ...facts, previousHash, hash })], tx);
      await update('UPDATE audit_log_head SET hash = ? WHERE id = 1', [hash], tx);
    },
    erase: async ({ userId, email }, tx) => {
      await update(`${erased} WHERE actor = ?`, [userId], tx);
      // Not those of staff who dealt with the account: the address there is theirs.
      await update(`${erased} WHERE target = ? AND target_type = 'user' AND actor IS NULL`, [userId], tx);
      await update(`${erased} WHERE email = ?`, [email], tx);
    },
    eraseTraces: async (beforeMs, limit, tx) => {
      const rows = await sequelize.query<{ position: number }>(
        'SELECT position FROM audit_log WHERE traces_since_ms < ? ORDER BY traces_since_ms LIMIT ?',
        { replacements: [beforeMs, limit], type: QueryTypes.SELECT, transaction: tx },
      );
      for (const { position } of rows) await update(`${erased} WHERE position = ?`, [position], tx);
      return rows.length;
    },
  };
}

function toFacts({ at, before, after, email, address, ...entry }: NewAuditEntry, position: number) {
  return {
    ...entry,
    position,
    atMs: fromInstant(at),
    before: before && JSON.stringify(before),
    after: after && JSON.stringify(after),
    email: saltFact(email),
    address: saltFact(address),
  };
}

type Row = {
  readonly position: number;
  readonly id: string;
  readonly atMs: number;
  readonly service: string;
  readonly actor: string | null;
  readonly action: string;
  readonly targetType: string | null;
  readonly target: string | null;
  readonly beforeJson: string | null;
  readonly afterJson: string | null;
  readonly requestId: string | null;
  readonly email: string | null;
  readonly emailSalt: string | null;
  readonly emailDigest: string | null;
  readonly address: string | null;
  readonly addressSalt: string | null;
  readonly addressDigest: string | null;
  readonly previousHash: string;
  readonly hash: string;
};

function toRecord(row: Row): AuditRecord {
  const { beforeJson, afterJson, email, emailSalt, emailDigest, address, addressSalt, addressDigest, ...rest } = row;
  return {
    ...rest,
    position: Number(row.position),
    atMs: Number(row.atMs),
    before: beforeJson,
    after: afterJson,
    email: { value: email, salt: emailSalt, digest: emailDigest },
    address: { value: address, salt: addressSalt, digest: addressDigest },
  };
}

/** A client address is a trace where nobody has shown who they are; beside what users did it is part of the deed. */
const hasTraces = ({ email, address, actor }: AuditRecord) =>
  email.value !== null || (actor === null && address.value !== null);

const toRow = (record: AuditRecord) => ({
  position: record.position,
  id: record.id,
  at_ms: record.atMs,
  service: record.service,
  actor: record.actor,
  action: record.action,
  target_type: record.targetType,
  target: record.target,
  before_json: record.before,
  after_json: record.after,
  request_id: record.requestId,
  email: record.email.value,
  email_salt: record.email.salt,
  email_digest: record.email.digest,
  address: record.address.value,
  address_salt: record.address.salt,
  address_digest: record.address.digest,
  traces_since_ms: hasTraces(record) ? record.atMs : null,
  previous_hash: record.previousHash,
  hash: record.hash,
});
