import type { HistoryEntryDocument } from '@jetbridge/contracts/bookings/history.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import type { HistoryEntry } from '../domain/booking-history.ts';

/** An entry as the API shows it. Which member of the staff it was is for the staff to know. */
export function presentHistoryEntry(entry: HistoryEntry, viewer: { readonly isStaff: boolean }): HistoryEntryDocument {
  const { type, id } = entry.actor;
  const showsId = id !== null && (type === 'user' || viewer.isStaff);
  return {
    at: toInstant(entry.atMs),
    actor: { type, ...(showsId ? { id } : {}) },
    action: entry.action,
    before: entry.before,
    after: entry.after,
    requestId: entry.requestId,
  };
}
