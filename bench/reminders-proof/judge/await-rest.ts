import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';
import type { FindingsBook } from '../../sales-proof/findings.ts';
import type { ReminderInvariant } from '../invariants.ts';

const lookEveryMs = 500;

/** A lease of a killed process runs for half a minute, and a mail that was refused a few times waits as long. */
const longestRestMs = 180_000;

/** Waits until all events are heard of, and no mail is due or under way. Returns when that was. */
export async function awaitRest(
  { sequelize }: Database,
  bookings: number,
  findings: FindingsBook<ReminderInvariant>,
  signal: AbortSignal,
): Promise<number> {
  findings.checked('rest', 1);
  const deadline = performance.now() + longestRestMs;
  for (;;) {
    const nowMs = Date.now();
    const [row] = await sequelize.query<{ known: number; open: number }>(
      `SELECT (SELECT COUNT(*) FROM bookings) AS known, (SELECT COUNT(*) FROM reminders WHERE status = 'sending') +
       (SELECT COUNT(*) FROM reminders WHERE status = 'scheduled' AND due_at_ms <= ?) AS open`,
      { replacements: [nowMs], type: QueryTypes.SELECT },
    );
    if (row && Number(row.known) >= bookings && Number(row.open) === 0) return nowMs;
    if (performance.now() > deadline || signal.aborted) {
      findings.violated('rest', `${row?.open} mails are still under way, ${row?.known} of ${bookings} bookings known`);
      return nowMs;
    }
    await wait(lookEveryMs);
  }
}
