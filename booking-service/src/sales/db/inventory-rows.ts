import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { Cabin, CabinLayout } from '@jetbridge/contracts/flights/schemas.ts';
import { planOf, type SeatPlan } from '../domain/seats/seat-plan.ts';
import { SeatSet } from '../domain/seats/seat-set.ts';

export type CabinRow = { flight_id: string; cabin: string; capacity: number; sold: number; held: number };
export type SeatRow = CabinRow & { layout: string | null; taken_seats: string | null; known_version: number | null };

/** The seats of a cabin under the lock of its flight. Plan and set are null while the layout is not known. */
export type LockedCabin = {
  readonly cabin: Cabin;
  readonly capacity: number;
  sold: number;
  held: number;
  layout: string | null;
  plan: SeatPlan | null;
  taken: SeatSet | null;
};

export function newInventory(flightId: string) {
  return { flight_id: flightId, version: 0, closed: 0, flight_version: 0 };
}

export function newCabin(flightId: string, { cabin, seats }: { cabin: Cabin; seats: number }, layout?: CabinLayout) {
  return {
    flight_id: flightId,
    cabin,
    capacity: seats,
    sold: 0,
    held: 0,
    layout: layout ? JSON.stringify(layout) : null,
    taken_seats: layout ? '' : null,
  };
}

export function toLockedCabin(row: SeatRow): LockedCabin {
  const plan = row.layout === null ? null : planOfText(row.layout);
  return {
    ...toCabin(row),
    layout: row.layout,
    plan,
    taken: plan && SeatSet.fromText(row.taken_seats ?? '', plan.seats.length),
  };
}

/** An airline has some dozen types of airplane. */
const maximumPlans = 200;
const plans = new Map<string, SeatPlan>();

function planOfText(layout: string): SeatPlan {
  const known = plans.get(layout);
  if (known) return known;
  // Only `newCabin` and `DeskState.lay` write the column, from a layout of the contract.
  const plan = planOf(JSON.parse(layout) as CabinLayout);
  if (plans.size >= maximumPlans) plans.clear();
  plans.set(layout, plan);
  return plan;
}

export function toCabin(row: CabinRow): InventoryEventData['cabins'][number] {
  return {
    // The fares of a flight wrote it, and theirs is a checked cabin.
    cabin: row.cabin as InventoryEventData['cabins'][number]['cabin'],
    capacity: Number(row.capacity),
    sold: Number(row.sold),
    held: Number(row.held),
  };
}
