import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Capacities } from '../db/capacities.ts';
import type { InventoryCheck } from '../db/inventory-check.ts';
import type { SeatCheck, SeatSetDifference } from '../db/seat-check.ts';

/** A difference, and what became of it. */
export type SeatFinding = SeatSetDifference & { readonly outcome: 'found' | 'repaired' };

/** Flights looked at by one statement. */
const flightsPerPage = 100;

/**
 * Compares the seats that are drawn as taken with those that people have; the latter are right. May run beside the
 * service: what looks wrong is looked at again under the lock that sales take.
 */
export async function reconcileSeats(
  parts: {
    readonly database: Database;
    readonly capacities: Capacities;
    readonly check: InventoryCheck;
    readonly seats: SeatCheck;
  },
  options: { readonly fix: boolean },
): Promise<SeatFinding[]> {
  const { database, capacities, check, seats } = parts;
  const lookAgain = (flightId: string) =>
    database.write(async (tx) => {
      await capacities.lockOrAdd(flightId, [], tx);
      const differences = await seats.differences([flightId], tx);
      if (options.fix) for (const one of differences) await seats.correct(one, tx);
      return differences;
    });

  const findings: SeatFinding[] = [];
  const next = (after: string) => check.flightsAfter(after, flightsPerPage);
  for (let page = await next(''); page.length > 0; page = await next(page.at(-1) ?? '')) {
    const suspects = new Set((await seats.differences(page)).map(({ flightId }) => flightId));
    for (const flightId of suspects) {
      const outcome = options.fix ? 'repaired' : 'found';
      findings.push(...(await lookAgain(flightId)).map((one) => ({ ...one, outcome }) as const));
    }
  }
  return findings;
}
