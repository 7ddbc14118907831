import { scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { deriveKeys, seal, unseal } from './sealing.ts';

const secret = 'a secret of more than thirty-two characters';
const { sealing: key, refresh, audit, mail, digest } = await deriveKeys(secret);

test('a sealed text opens with the same key and label, and shows nothing of itself', () => {
  const sealed = seal('-----BEGIN PRIVATE KEY-----', { key, label: 'key_1' });
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('PRIVATE');
  expect(unseal(sealed, { key, label: 'key_1' })).toBe('-----BEGIN PRIVATE KEY-----');
});

test('the same text is sealed differently each time', () => {
  expect(seal('text', { key, label: 'key_1' })).not.toBe(seal('text', { key, label: 'key_1' }));
});

test('it does not open with another key, another label, or when it was changed or cut', () => {
  const sealed = seal('text', { key, label: 'key_1' });
  const changed = Buffer.from(sealed, 'base64url');
  changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
  expect(unseal(sealed, { key: refresh, label: 'key_1' })).toBeUndefined();
  expect(unseal(sealed, { key, label: 'key_2' })).toBeUndefined();
  expect(unseal(changed.toString('base64url'), { key, label: 'key_1' })).toBeUndefined();
  expect(unseal(sealed.slice(0, 20), { key, label: 'key_1' })).toBeUndefined();
});

test('every process derives the same keys from a secret, and others from another', async () => {
  expect(await deriveKeys(secret)).toEqual({ sealing: key, refresh, audit, mail, digest });
  const other = await deriveKeys('a secret of more than thirty-two characterS');
  expect(other.sealing.equals(key)).toBe(false);
  expect(new Set([key, refresh, audit, mail, digest].map(String)).size).toBe(5);
});

test('keys that a database was used with stay what they are when further ones are derived', () => {
  const scrypt = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1_024 * 1_024 };
  const alone = scryptSync(secret, 'jetbridge/auth-service/keys/v1', 96, scrypt);
  expect(Buffer.concat([key, refresh, audit]).equals(alone)).toBe(true);
});
