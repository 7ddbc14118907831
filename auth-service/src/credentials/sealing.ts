import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** The keys that `KEYS_SECRET` stands for, 32 bytes each. */
export type DerivedKeys = {
  /** Seals private signing keys before they are stored. */
  readonly sealing: Buffer;
  /** Derives each refresh token from the one before it. */
  readonly refresh: Buffer;
  /** Chains the entries of the audit log, so that nobody with the database alone can write one. */
  readonly audit: Buffer;
  /** Makes the tokens of mails. */
  readonly mail: Buffer;
  /** Keeps what is only counted, such as addresses, from being read out of the database. */
  readonly digest: Buffer;
};

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** 32 MiB and about 0.1 s, once per process: it makes guessing a weak secret slow. */
const scryptCost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1_024 * 1_024 } as const;

/** All processes have to come to the same keys, so the salt is fixed; the secret is random and used for nothing else. */
const salt = 'jetbridge/auth-service/keys/v1';

/** Makes the keys out of `KEYS_SECRET`. The same secret always gives the same keys. */
export async function deriveKeys(secret: string): Promise<DerivedKeys> {
  const derive: (secret: string, salt: string, bytes: number, cost: typeof scryptCost) => Promise<Buffer> =
    promisify(scrypt);
  // More bytes leave those before as they were, so a key can be added behind the others but none taken out.
  const derived = await derive(secret, salt, 5 * keyBytes, scryptCost);
  const keyAt = (place: number) => derived.subarray(place * keyBytes, (place + 1) * keyBytes);
  return { sealing: keyAt(0), refresh: keyAt(1), audit: keyAt(2), mail: keyAt(3), digest: keyAt(4) };
}

/**
 * Encrypts a text with AES-256-GCM.
 * @param key 32 bytes.
 * @param label what the text belongs to; it opens only with the same label, so that rows can't be swapped.
 */
export function seal(text: string, { key, label }: { key: Buffer; label: string }): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(label));
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64url');
}

/** Decrypts what `seal` made; nothing when key, label or text are not the same. */
export function unseal(sealed: string, { key, label }: { key: Buffer; label: string }): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  const nonce = bytes.subarray(0, nonceBytes);
  const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes);
  if (tag.length < tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    .setAAD(Buffer.from(label))
    .setAuthTag(tag);
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
    return text.toString('utf8');
  } catch {
    // GCM's only way to say that something was changed.
    return undefined;
  }
}
