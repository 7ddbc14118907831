import { readAuditLogRoute } from '@jetbridge/contracts/identity/audit.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import { fromInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { AuditLog } from '../db/audit-log.ts';
import { presentAuditEntry } from './presenters.ts';

/** Who did what. */
export function auditRoutes(audit: AuditLog): readonly BoundRoute[] {
  return [
    bindRoute(readAuditLogRoute, async ({ query }) => {
      const { actor, action, target, from, to, limit } = query;
      const [before] = readCursor(query.cursor, query, ['number']) ?? [];
      const fromMs = from === undefined ? undefined : fromInstant(from);
      const beforeMs = to === undefined ? undefined : fromInstant(to);
      const filter = { actor, action, target, fromMs, beforeMs };
      const entries = await audit.list(filter, { before, limit: limit + 1 });
      const page = toPage(entries, { limit, question: query, positionOf: ({ position }) => [position] });
      return { body: { ...page, data: page.data.map(presentAuditEntry) } };
    }),
  ];
}
