import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { describe, expect, test } from 'vitest';
import { printChangesProof } from '../bench/changes-proof/changes-proof.ts';
import { proveChanges } from '../bench/changes-proof/prove-changes.ts';
import type { DatabaseKind } from '../bench/sales-world/sales-database.ts';

const races = 150;
const longestMs = 240_000;

describe('races of changes with cancellations, buyers and ends of holds (SQLite)', () => {
  test('have one outcome each, which the books say too', () => expectOneOutcomeEach('sqlite'), longestMs);
});

describeWithServer('races of changes with cancellations, buyers and ends of holds (MariaDB)', 'mariadb', () => {
  test('have one outcome each, which the books say too', () => expectOneOutcomeEach('mariadb'), longestMs);
});

async function expectOneOutcomeEach(database: DatabaseKind): Promise<void> {
  const report = await proveChanges({ races, racers: 12, processes: 2, database, seed: 1, say: () => {} });
  const lines: string[] = [];
  printChangesProof(report, (line) => lines.push(line));
  const printed = lines.join('\n');

  expect(report.findings.violations(), printed).toBe(0);
  expect(report.races, printed).toBe(races);
  // Races that nobody ever won the other way round would prove nothing.
  for (const outcome of [
    'cancellation and change: 200, 409 booking_cancelled',
    'change and buyer of the last seat: 200, 409 sold_out',
    'change and buyer of the last seat: 409 sold_out, 201',
    'change and end of the hold: 409 hold_expired',
  ]) {
    expect(report.tally.of('outcomes', outcome), printed).toBeGreaterThan(0);
  }
}
