import { createHash } from 'node:crypto';
import type { ReminderKey } from '../domain/reminder.ts';

/**
 * The Message-ID of a reminder: it names booking, kind, and flight and departure or what else it is about, so that the same mail sent twice can be
 * told by mail programs and by us.
 * @param domain the part after the `@`, that of the sender's address.
 */
export function messageIdOf(reminder: ReminderKey & { readonly bookingId: string }, domain: string): string {
  const { bookingId, kind, flightId, departsAtMs, occasion } = reminder;
  const subject = flightId === null ? [] : [flightId, String(departsAtMs)];
  const parts = [bookingId, kind, ...(occasion === undefined ? subject : [occasion])];
  return `<${parts.map(wordOf).join('.')}@${domain}>`;
}

/** Ids of this system are words of a Message-ID (RFC 5322, 3.6.4) as they are; a stranger's becomes one. */
export function wordOf(part: string): string {
  return /^[A-Za-z0-9_-]{1,64}$/.test(part) ? part : createHash('sha256').update(part).digest('hex').slice(0, 32);
}
