import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { describe, expect, test } from 'vitest';
import { printWaitlistProof } from '../bench/waitlist-proof/print-report.ts';
import {
  proveWaitlist,
  type WaitlistProofOptions,
  type WaitlistProofReport,
} from '../bench/waitlist-proof/prove-waitlist.ts';

/** Few seats, so that a few hundred attempts make lines on every flight. */
const small = { attempts: 400, kills: 1, clients: 16, flights: 3, seats: 12, processes: 2 } as const;

const longestMs = 240_000;

describe('waiting (SQLite)', () => {
  test('is fair through a kill', () => expectFair('sqlite'), longestMs);

  test(
    'is found out when the books are spoilt',
    async () => {
      const { findings } = await prove({ database: 'sqlite', attempts: 300, kills: 0, meddle: spoil });
      const violated = findings.all().flatMap(([name, { violations }]) => (violations > 0 ? [name] : []));
      expect(violated).toEqual([
        'order',
        'buyers',
        'leftovers',
        'capacity',
        'counts',
        'holders',
        'onceEach',
        'limits',
        'acknowledged',
      ]);
    },
    longestMs,
  );
});

describeWithServer('waiting (MariaDB)', 'mariadb', () => {
  test('is fair through a kill', () => expectFair('mariadb'), longestMs);
});

async function expectFair(database: WaitlistProofOptions['database']): Promise<void> {
  const report = await prove({ database });
  const printed = print(report);
  expect(report.findings.violations(), printed).toBe(0);
  // What did not happen proves nothing.
  expect(report.kills, printed).toBe(1);
  const { offers, largerPassedOver, buyersRefusedMeanwhile } = report.summary;
  expect(offers.lapsed, printed).toBeGreaterThan(0);
  expect(offers.paid + offers['given back'], printed).toBeGreaterThan(0);
  expect(largerPassedOver, printed).toBeGreaterThan(0);
  expect(buyersRefusedMeanwhile, printed).toBeGreaterThan(0);
}

const prove = (options: Pick<WaitlistProofOptions, 'database'> & Partial<WaitlistProofOptions>) =>
  proveWaitlist({ ...small, seed: 1, say: () => {}, ...options });

function print(report: WaitlistProofReport): string {
  const lines: string[] = [];
  printWaitlistProof(report, (line) => lines.push(line));
  return lines.join('\n');
}

/** One of each kind of damage. */
async function spoil({ sequelize }: Database): Promise<void> {
  const damages = [
    // Lines turned round: who was served first seems to have been the last.
    'UPDATE waitlist_entries SET position = -position',
    `DELETE FROM outbox WHERE id = (SELECT MIN(id) FROM outbox WHERE type = 'waitlist.offered')`,
    // Some who were offered seats seem to have bought them past all who wait.
    "UPDATE waitlist_entries SET booking_id = NULL, status = 'closed' WHERE status = 'offered' AND position % 3 = 0",
    `UPDATE outbox SET envelope = REPLACE(envelope, '"capacity":12', '"capacity":11') WHERE type = 'inventory.changed'
     AND id IN (SELECT id FROM outbox WHERE type = 'inventory.changed' ORDER BY id LIMIT 40 OFFSET 20)`,
    `UPDATE outbox SET envelope = REPLACE(envelope, '"capacity":12', '"capacity":19') WHERE type = 'inventory.changed'
     AND id IN (SELECT id FROM outbox WHERE type = 'inventory.changed' ORDER BY id DESC LIMIT 40)`,
    'UPDATE cabin_inventories SET sold = sold - 1 WHERE sold > 0',
    'UPDATE user_holds SET seats = seats + 1',
    `UPDATE outbox SET created_at_ms = created_at_ms + 600000 WHERE type = 'booking.expired'`,
    "DELETE FROM waitlist_entries WHERE id = (SELECT MIN(id) FROM waitlist_entries WHERE status = 'offered')",
  ];
  for (const damage of damages) await sequelize.query(damage);
}
