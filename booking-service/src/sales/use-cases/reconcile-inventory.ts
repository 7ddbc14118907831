import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Transaction } from 'sequelize';
import type { FlightCopies } from '../../flights/db/flights.ts';
import { inventoryChanged } from '../../messaging/booking-events.ts';
import type { Capacities } from '../db/capacities.ts';
import type { InventoryCheck, SeatDifference } from '../db/inventory-check.ts';

/** A difference, and what became of it. */
export type InventoryFinding = SeatDifference & {
  readonly outcome: 'found' | 'repaired' | 'more seats booked than there are' | 'flight unknown';
};

export type InventoryReconciliation = { readonly flights: number; readonly findings: readonly InventoryFinding[] };

type Parts = {
  readonly database: Database;
  readonly capacities: Capacities;
  readonly copies: FlightCopies;
  readonly check: InventoryCheck;
};

/** Flights looked at by one statement. */
const flightsPerPage = 500;

/**
 * Compares the seats that are counted, per flight and cabin, with those of the living bookings; the bookings are right.
 * May run beside the service.
 * @param options.fix repairs what it can, a flight at a time under the lock that sales take, and tells of the new numbers.
 */
export async function reconcileInventory(parts: Parts, options: { fix: boolean }): Promise<InventoryReconciliation> {
  const findings: InventoryFinding[] = [];
  let flights = 0;
  for (let page = await parts.check.flightsAfter('', flightsPerPage); page.length > 0; ) {
    flights += page.length;
    const differences = await parts.check.differences(page);
    if (!options.fix) findings.push(...differences.map((one) => ({ ...one, outcome: 'found' as const })));
    else for (const id of new Set(differences.map((one) => one.flightId))) findings.push(...(await repair(parts, id)));
    page = await parts.check.flightsAfter(page.at(-1) ?? '', flightsPerPage);
  }
  return { flights, findings };
}

async function repair(parts: Parts, flightId: string): Promise<InventoryFinding[]> {
  const { database, capacities, copies, check } = parts;
  const flight = (await copies.find([flightId])).get(flightId)?.flight;
  return database.write(async (tx: Transaction) => {
    await capacities.lockOrAdd(flightId, flight?.fares ?? [], tx);
    const findings: InventoryFinding[] = [];
    for (const one of await check.differences([flightId], tx)) {
      const outcome = outcomeOf(one);
      if (outcome === 'repaired') await check.correct(one, tx);
      findings.push({ ...one, outcome });
    }
    if (findings.some(({ outcome }) => outcome === 'repaired')) {
      const inventories = await capacities.conclude([flightId], tx);
      await appendEvents(database, inventories.map(inventoryChanged), tx);
    }
    return findings;
  });
}

function outcomeOf({ capacity, booked }: SeatDifference): InventoryFinding['outcome'] {
  if (capacity === null) return 'flight unknown';
  return booked.sold + booked.held > capacity ? 'more seats booked than there are' : 'repaired';
}
