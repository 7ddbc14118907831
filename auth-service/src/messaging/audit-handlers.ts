import type { WorkHandlers } from '@jetbridge/service-kit/events/receive.ts';
import type { AuditLog } from '../db/audit-log.ts';

/** Deeds at other services go into the audit log, each once: the inbox row is of the same transaction. */
export function auditHandlers(audit: AuditLog): WorkHandlers<'auth-service'> {
  return {
    'audit.recorded': async ({ data: { version: _version, ...entry } }, tx) => {
      await audit.append({ ...entry, email: null }, tx);
    },
  };
}
