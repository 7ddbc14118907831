import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { seal, unseal } from '../credentials/sealing.ts';
import { findActiveKey, insertActiveKeyOrKeep, type StoredKey } from '../db/signing-keys.ts';

/**
 * The key that signs access tokens, made at the first start. Processes that start together agree on one, because only
 * one row may be the active one.
 * @param options.sealingKey seals the private half in the database.
 * @throws Error when the stored key was sealed with another secret.
 */
export async function provideSigningKey(
  database: Database,
  { sealingKey, nowMs }: { sealingKey: Buffer; nowMs: number },
): Promise<{ id: string; privateKey: KeyObject }> {
  if (!(await findActiveKey(database))) {
    await insertActiveKeyOrKeep(database, await makeKey(sealingKey, nowMs), nowMs);
  }
  const stored = await findActiveKey(database);
  if (!stored)
    throw new Error('The active signing key vanished from the table signing_keys while this process started.');
  return openKey(stored, sealingKey);
}

/** The private half of a stored key. @throws Error when it was sealed with another secret. */
export function openKey(stored: StoredKey, sealingKey: Buffer): { id: string; privateKey: KeyObject } {
  const privateKey = unseal(stored.sealedPrivateKey, { key: sealingKey, label: stored.id });
  if (privateKey === undefined) {
    throw new Error(
      `The signing key ${stored.id} does not open with this KEYS_SECRET. Start with the secret it was made with, the same for all processes; if that is lost, delete the row from signing_keys: a new key is made, and everybody refreshes or signs in again.`,
    );
  }
  return { id: stored.id, privateKey: createPrivateKey(privateKey) };
}

/** RSA with 2,048 bits, which RFC 7518 asks for at least; takes about 0.2 s in libuv's pool. */
export async function makeKey(sealingKey: Buffer, nowMs: number): Promise<StoredKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2_048 });
  const id = newId('key', nowMs);
  const { n, e } = publicKey.export({ format: 'jwk' });
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return {
    id,
    publicKey: JSON.stringify({ kty: 'RSA', use: 'sig', alg: 'RS256', kid: id, n, e }),
    sealedPrivateKey: seal(pem, { key: sealingKey, label: id }),
  };
}
