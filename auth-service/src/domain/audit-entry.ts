import type { AuditData } from '@jetbridge/contracts/identity/audit.ts';

/** Something that may be erased: the digest stays, and says nothing without the salt. */
export type ErasableFact = {
  readonly value: string | null;
  readonly salt: string | null;
  readonly digest: string | null;
};

/** An entry of the audit log as it is stored. Instants are Unix milliseconds; `before` and `after` are JSON. */
export type AuditRecord = {
  readonly position: number;
  readonly id: string;
  readonly atMs: number;
  readonly service: string;
  readonly actor: string | null;
  readonly action: string;
  readonly targetType: string | null;
  readonly target: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly requestId: string | null;
  readonly email: ErasableFact;
  readonly address: ErasableFact;
  readonly previousHash: string;
  readonly hash: string;
};

/** What the chain covers of an entry, in an order that is never changed. */
export type ChainedFacts = readonly (string | number | null)[];

/** A deed with the e-mail address that a sign-in came with. */
export type NewAuditEntry = Omit<AuditData, 'version'> & { readonly email: string | null };

/** The facts of an entry that the chain covers; of those that may be erased, their digests. */
export function chainedFacts(entry: Omit<AuditRecord, 'previousHash' | 'hash'>): ChainedFacts {
  return [
    entry.position,
    entry.id,
    entry.atMs,
    entry.service,
    entry.actor,
    entry.action,
    entry.targetType,
    entry.target,
    entry.before,
    entry.after,
    entry.requestId,
    entry.email.digest,
    entry.address.digest,
  ];
}
