import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { FindingsBook } from '../findings.ts';
import { readBooks } from './books.ts';

/** A payment that a kill interrupted is asked for again 40 s later, and its refund, if any, follows. */
const longestUnrestMs = 180_000;
const lookEveryMs = 500;

/** What is still going on, by what it is. */
const unrest = {
  'payments processing': "SELECT COUNT(*) FROM payments WHERE status = 'processing'",
  'refunds processing': "SELECT COUNT(*) FROM refunds WHERE status = 'processing'",
  'bookings pending': "SELECT COUNT(*) FROM bookings WHERE status = 'pending'",
  'changes open': 'SELECT COUNT(*) FROM bookings WHERE open_change IS NOT NULL',
  'seats held for changes': 'SELECT COUNT(*) FROM change_segments',
  'flights to be followed': 'SELECT COUNT(*) FROM flight_follow_ups',
  'keys without an answer': 'SELECT COUNT(*) FROM idempotency_keys WHERE answer_status IS NULL',
} as const;

/** Waits until nothing is going on any more: every payment decided, every hold paid or ended. */
export async function awaitRest(
  database: Database,
  findings: FindingsBook<'rest'>,
  signal: AbortSignal,
): Promise<void> {
  const books = readBooks(database);
  findings.checked('rest', Object.keys(unrest).length);
  const deadlineMs = performance.now() + longestUnrestMs;
  for (;;) {
    const going: string[] = [];
    for (const [what, sql] of Object.entries(unrest)) {
      const count = await books.number(sql);
      if (count > 0) going.push(`${count} ${what}`);
    }
    if (going.length === 0) return;
    if (performance.now() > deadlineMs || signal.aborted) {
      for (const what of going)
        findings.violated('rest', `${what} after ${longestUnrestMs / 1_000} s without requests`);
      return;
    }
    await wait(lookEveryMs);
  }
}
