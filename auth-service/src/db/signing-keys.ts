import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';

/** A signing key as it is stored: the public half as a JWK in JSON, the private half sealed. */
export type StoredKey = {
  readonly id: string;
  readonly publicKey: string;
  readonly sealedPrivateKey: string;
};

/** Where a key is in its life. Instants are Unix milliseconds. */
export type KeyStanding = {
  readonly id: string;
  /** Whether it is the one that signs. */
  readonly signs: boolean;
  readonly createdAtMs: number;
  /** When it is to take over; null for the first key. */
  readonly signsFromMs: number | null;
  /** When the last token that it signed has ended; null until another one has taken over. */
  readonly leavesAtMs: number | null;
};

/** The one key that signs, or nothing before the first start. */
export async function findActiveKey(database: Database): Promise<StoredKey | undefined> {
  const [row] = await database.sequelize.query<StoredKey>(
    `SELECT id, public_key AS publicKey, sealed_private_key AS sealedPrivateKey FROM signing_keys WHERE slot = 'active'`,
    { type: QueryTypes.SELECT },
  );
  return row;
}

/** Stores a key as the active one, unless another process was first. */
export async function insertActiveKeyOrKeep(database: Database, key: StoredKey, nowMs: number): Promise<void> {
  const row = { ...rowOf(key, nowMs), slot: 'active', signs_from_ms: nowMs };
  await database.write((tx) => database.dialect.insertOrKeep(database.sequelize, 'signing_keys', [row], tx));
}

/** Stores a key that is published from now on and signs later. */
export async function insertNextKey(
  { sequelize, dialect }: Database,
  key: StoredKey,
  { nowMs, signsFromMs }: { nowMs: number; signsFromMs: number },
  tx: Transaction,
): Promise<void> {
  const row = { ...rowOf(key, nowMs), slot: null, signs_from_ms: signsFromMs };
  await dialect.insertOrKeep(sequelize, 'signing_keys', [row], tx);
}

/** All keys, the newest first; their rows locked where a transaction is given. */
export async function readKeyStandings({ sequelize, dialect }: Database, tx?: Transaction): Promise<KeyStanding[]> {
  const rows = await sequelize.query<{
    id: string;
    slot: string | null;
    created_at_ms: number;
    signs_from_ms: number | null;
    leaves_at_ms: number | null;
  }>(
    `SELECT id, slot, created_at_ms, signs_from_ms, leaves_at_ms FROM signing_keys
     ORDER BY created_at_ms DESC, id DESC ${tx ? dialect.forUpdate : ''}`,
    { type: QueryTypes.SELECT, transaction: tx ?? null },
  );
  const instant = (value: number | null) => (value === null ? null : Number(value));
  return rows.map((row) => ({
    id: row.id,
    signs: row.slot !== null,
    createdAtMs: Number(row.created_at_ms),
    signsFromMs: instant(row.signs_from_ms),
    leavesAtMs: instant(row.leaves_at_ms),
  }));
}

/** Has one key sign in the place of another, which stays published until its last token has ended. */
export async function handOver(
  { sequelize }: Database,
  { from, to, leavesAtMs }: { from: string; to: string; leavesAtMs: number },
  tx: Transaction,
): Promise<void> {
  await sequelize.query('UPDATE signing_keys SET slot = NULL, leaves_at_ms = ? WHERE id = ?', {
    replacements: [leavesAtMs, from],
    transaction: tx,
  });
  await sequelize.query(`UPDATE signing_keys SET slot = 'active' WHERE id = ?`, {
    replacements: [to],
    transaction: tx,
  });
}

export async function deleteKey({ sequelize }: Database, id: string, tx: Transaction): Promise<void> {
  await sequelize.query('DELETE FROM signing_keys WHERE id = ? AND slot IS NULL', {
    replacements: [id],
    transaction: tx,
  });
}

/** The public keys, as JSON Web Keys in JSON: the one that signs, those that did lately, and the one that will. */
export async function readPublicKeys(database: Database): Promise<readonly string[]> {
  const rows = await database.sequelize.query<{ publicKey: string }>(
    'SELECT public_key AS publicKey FROM signing_keys ORDER BY created_at_ms DESC, id DESC',
    { type: QueryTypes.SELECT },
  );
  return rows.map(({ publicKey }) => publicKey);
}

function rowOf(key: StoredKey, nowMs: number) {
  return {
    id: key.id,
    public_key: key.publicKey,
    sealed_private_key: key.sealedPrivateKey,
    created_at_ms: nowMs,
  };
}
