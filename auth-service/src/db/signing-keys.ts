import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

/** A signing key as it is stored: the public half as a JWK in JSON, the private half sealed. */
export type StoredKey = {
  readonly id: string;
  readonly publicKey: string;
  readonly sealedPrivateKey: string;
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
  const row = {
    id: key.id,
    slot: 'active',
    public_key: key.publicKey,
    sealed_private_key: key.sealedPrivateKey,
    created_at_ms: nowMs,
  };
  await database.write((tx) => database.dialect.insertOrKeep(database.sequelize, 'signing_keys', [row], tx));
}

/** The public keys, as JSON Web Keys in JSON; the active one and those that recent tokens were signed with. */
export async function readPublicKeys(database: Database): Promise<readonly string[]> {
  const rows = await database.sequelize.query<{ publicKey: string }>(
    'SELECT public_key AS publicKey FROM signing_keys ORDER BY created_at_ms DESC, id DESC',
    { type: QueryTypes.SELECT },
  );
  return rows.map(({ publicKey }) => publicKey);
}
