import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Flights } from '../db/flights.ts';
import type { ReferenceData } from '../db/reference-data.ts';
import type { FlightVersion, ScheduleRows } from '../db/schedule-rows.ts';
import type { SearchableFlight } from '../domain/flight.ts';
import type { Schedule, TakenSeats } from '../domain/search/schedule.ts';

/** Flights of one query. What a page leaves behind is collected young; of a thousand it would grow old in memory first. */
const flightsPerPage = 250;

/** Versions compared with one query, while others wait for their answers: some milliseconds. */
const versionsPerPage = 2_000;

/** Ids of one query. */
const maximumIds = 500;

type KeeperParts = {
  readonly schedule: Schedule;
  readonly rows: ScheduleRows;
  readonly flights: Flights;
  readonly reference: ReferenceData;
  readonly log: Logger;
};

/** Keeps the schedule in memory like that in the database. */
export type ScheduleKeeper = ReturnType<typeof createScheduleKeeper>;

export function createScheduleKeeper(parts: KeeperParts) {
  const { schedule, rows, flights, reference, log } = parts;
  let comparing: Comparison | undefined;
  let previous: Promise<void> = Promise.resolve();

  /** Takes over flights as the database has them now; of those it does not have, none is left. */
  async function refresh(ids: readonly string[]): Promise<void> {
    for (let start = 0; start < ids.length; start += maximumIds) {
      const some = ids.slice(start, start + maximumIds);
      const found = await flights.find(some);
      await takeOver(found);
      const there = new Set(found.map(({ id }) => id));
      for (const id of some) {
        comparing?.touched.add(id);
        if (!there.has(id)) schedule.remove(id);
      }
    }
  }

  async function takeOver(records: readonly SearchableFlight[]): Promise<void> {
    // Names that flights refer to are shown beside them, so they are read before.
    await reference.assertKnown(records);
    for (const record of records) schedule.put(record);
  }

  async function load(comparison: Comparison): Promise<void> {
    const { flights: flightCount, fares } = await rows.count();
    schedule.reserve(flightCount, fares);
    for (let after = ''; ; ) {
      const page = await rows.flightsAfter(after, flightsPerPage);
      const last = page.at(-1);
      if (!last) return;
      await takeOver(page.filter(({ id }) => !comparison.touched.has(id)));
      after = last.id;
    }
  }

  async function compare(comparison: Comparison): Promise<void> {
    const seen = new Uint8Array(schedule.slotLimit());
    for (let after = ''; ; ) {
      const page = await rows.versionsAfter(after, versionsPerPage);
      const last = page.at(-1);
      if (!last) break;
      for (const { id } of page) {
        const slot = schedule.slotOf(id);
        if (slot !== undefined) seen[slot] = 1;
      }
      const differing = page.filter(isBehind).map(({ id }) => id);
      await refresh(differing);
      comparison.repaired += differing.length;
      after = last.id;
    }
    for (const [slot, isSeen] of seen.entries()) {
      const id = schedule.idOf(slot);
      if (isSeen === 1 || id === '' || comparison.touched.has(id)) continue;
      schedule.remove(id);
      comparison.repaired += 1;
    }
  }

  function isBehind({ id, version, inventoryVersion }: FlightVersion): boolean {
    const slot = schedule.slotOf(id);
    if (slot === undefined) return true;
    return (
      (schedule.flights.version[slot] ?? 0) < version ||
      (schedule.flights.inventoryVersion[slot] ?? 0) < inventoryVersion
    );
  }

  async function catchUpOnce(): Promise<void> {
    const startedAt = performance.now();
    const comparison: Comparison = { touched: new Set(), heard: [], repaired: 0 };
    const isEmpty = schedule.count() === 0;
    comparing = comparison;
    try {
      await (isEmpty ? load(comparison) : compare(comparison));
      for (const seats of comparison.heard) schedule.applyTaken(seats);
    } finally {
      comparing = undefined;
    }
    const facts = { flights: schedule.count(), repaired: comparison.repaired };
    log[isEmpty ? 'info' : 'debug'](
      { ...facts, durationMs: Math.round(performance.now() - startedAt) },
      'the schedule in memory is that of the database',
    );
  }

  return {
    refresh,
    /** Loads everything into an empty memory; otherwise takes over what differs. Runs one after the other. */
    catchUp(): Promise<void> {
      const mine = previous.then(catchUpOnce);
      previous = mine.catch(() => {});
      return mine;
    },
    /** Takes over what booking-service tells of seats, which the database may have a moment later. */
    hearOfSeats(seats: TakenSeats): void {
      if (schedule.applyTaken(seats)) return;
      // Perhaps a flight of a page that is still to come, in which the seats may be older.
      comparing?.heard.push(seats);
    },
  };
}

/** One run through the database, and what happens meanwhile. */
type Comparison = {
  /** Flights that were read anew since it began: what its pages say of them may be older. */
  readonly touched: Set<string>;
  readonly heard: TakenSeats[];
  repaired: number;
};
