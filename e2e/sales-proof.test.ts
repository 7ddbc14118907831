import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { describe, expect, test } from 'vitest';
import { printSalesProof } from '../bench/sales-proof/print-report.ts';
import { proveSales, type SalesProofOptions, type SalesProofReport } from '../bench/sales-proof/prove-sales.ts';

/** Few flights with few seats, so that they are sold out within a few hundred attempts. */
const small = {
  attempts: 400,
  kills: 2,
  clients: 24,
  flights: 4,
  cancelledFlights: 2,
  seats: 40,
  processes: 2,
  provider: 'sandbox',
} as const;

const longestMs = 240_000;

describe('selling (SQLite)', () => {
  test('holds every promise through 2 kills', () => expectAllHeld('sqlite'), longestMs);

  test(
    'is found out when the books are spoilt',
    async () => {
      const { findings } = await prove({
        database: 'sqlite',
        attempts: 200,
        kills: 0,
        cancelledFlights: 0,
        meddle: spoil,
      });
      const violated = findings.all().flatMap(([name, { violations }]) => (violations > 0 ? [name] : []));
      expect(violated).toEqual([
        'counts',
        'seats',
        'acknowledged',
        'onePayment',
        'charges',
        'money',
        'events',
        'holds',
        'holders',
        'keys',
      ]);
    },
    longestMs,
  );
});

describeWithServer('selling (MariaDB)', 'mariadb', () => {
  test('holds every promise through 2 kills', () => expectAllHeld('mariadb'), longestMs);
});

async function expectAllHeld(database: SalesProofOptions['database']): Promise<void> {
  const report = await prove({ database });
  const printed = print(report);
  expect(report.findings.violations(), printed).toBe(0);
  // What did not happen proves nothing.
  expect(report.kills, printed).toBe(2);
  expect(report.tally.of('events', 'replays'), printed).toBeGreaterThan(0);
  expect(report.tally.of('answers', 'buy 409 sold_out'), printed).toBeGreaterThan(0);
  expect(report.tally.of('answers', 'buy 402 payment_declined'), printed).toBeGreaterThan(0);
  expect(report.tally.of('outcomes', 'bookings changed'), printed).toBeGreaterThan(0);
  expect(report.books.refunds, printed).toBeGreaterThan(0);
  expect(report.books.cancelledByAirline, printed).toBeGreaterThan(0);
}

const prove = (options: Pick<SalesProofOptions, 'database'> & Partial<SalesProofOptions>) =>
  proveSales({ ...small, seed: 1, say: () => {}, ...options });

function print(report: SalesProofReport): string {
  const lines: string[] = [];
  printSalesProof(report, (line) => lines.push(line));
  return lines.join('\n');
}

/** One of each kind of damage. */
async function spoil({ sequelize }: Database): Promise<void> {
  const damages = [
    'UPDATE cabin_inventories SET sold = sold - 1 WHERE sold > 0',
    "DELETE FROM bookings WHERE id = (SELECT MIN(id) FROM bookings WHERE status = 'confirmed')",
    "UPDATE bookings SET status = 'pending', hold_expires_at_ms = 1 WHERE id = (SELECT MIN(id) FROM bookings WHERE status = 'expired')",
    "DELETE FROM outbox WHERE id = (SELECT MIN(id) FROM outbox WHERE type = 'booking.created')",
    `UPDATE sandbox_charges SET amount_minor = amount_minor + 1
     WHERE id = (SELECT MAX(id) FROM sandbox_charges WHERE status = 'succeeded')`,
    `INSERT INTO payments (id, booking_id, user_id, provider, method, amount_minor, currency, status, version,
       created_at_ms, updated_at_ms)
     SELECT 'pay_twice', payments.booking_id, payments.user_id, 'sandbox', 'card', payments.amount_minor, 'USD',
       'succeeded', 1, payments.created_at_ms, payments.updated_at_ms
     FROM payments JOIN bookings ON bookings.id = payments.booking_id AND bookings.status = 'confirmed' LIMIT 1`,
    'UPDATE user_holds SET seats = seats + 1',
    'UPDATE idempotency_keys SET answer_status = NULL WHERE idempotency_key = (SELECT MIN(idempotency_key) FROM idempotency_keys)',
  ];
  for (const damage of damages) await sequelize.query(damage);
}
