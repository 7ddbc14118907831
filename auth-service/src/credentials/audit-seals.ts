import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { ChainedFacts, ErasableFact } from '../domain/audit-entry.ts';

const saltBytes = 16;

/** What makes a change of the audit log visible: a keyed hash that covers an entry and the hash of the one before. */
export type AuditSeals = {
  readonly hashOf: (facts: ChainedFacts, previousHash: string) => string;
};

/** @param key of 32 bytes, which the database does not know. */
export function createAuditSeals(key: Buffer): AuditSeals {
  return {
    hashOf: (facts, previousHash) =>
      createHmac('sha256', key)
        .update(JSON.stringify([previousHash, ...facts]))
        .digest('hex'),
  };
}

/** Salts something that may have to be erased: without the salt, nobody finds it out from its digest by guessing. */
export function saltFact(value: string | null): ErasableFact {
  if (value === null) return { value: null, salt: null, digest: null };
  const salt = randomBytes(saltBytes).toString('hex');
  return { value, salt, digest: digestOf(value, salt) };
}

/** Whether a fact is the one that was written, or was erased as it may be. */
export function isGenuine({ value, salt, digest }: ErasableFact): boolean {
  if (value === null && salt === null) return true;
  return value !== null && salt !== null && digestOf(value, salt) === digest;
}

const digestOf = (value: string, salt: string) => createHash('sha256').update(`${salt}:${value}`).digest('hex');
