import { createLease } from '@jetbridge/service-kit/database/leases.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { Catalogue } from '../db/catalogue.ts';
import type { Flights } from '../db/flights.ts';
import type { TimetableProgress } from '../db/timetable.ts';
import { dayMs, formatLocalDate, parseLocalDate } from '../domain/places/local-time.ts';
import { timetableFlights } from '../domain/schedule/timetable.ts';
import { readSeedFleet, readSeedRoutes } from '../seed/seed-files.ts';
import { announceFlights, flightsPerBatch, storeFlights } from './store-flights.ts';

/** Days from today on that can be booked; with the routes that come along, under 100,000 flights. */
const daysAhead = 120;

/** One process fills; one that dies on the way holds the others up for no longer than this. */
const leaseMs = 30_000;

type TimetableParts = {
  readonly database: Database;
  readonly flights: Flights;
  readonly catalogue: Catalogue;
  readonly progress: TimetableProgress;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Fills the world timetable up to `daysAhead` from today, where it is not. What was filled before is never done again,
 * and a run that broke off is taken up by the next one.
 */
export async function extendTimetable(parts: TimetableParts): Promise<void> {
  const missing = await missingDays(parts);
  if (!missing) return;
  const lease = createLease(parts.database, { name: 'timetable', lengthMs: leaseMs });
  if (!(await lease.hold())) return;
  try {
    const added = await fill(parts, missing, () => lease.hold());
    parts.log.info({ ...missing, flights: added }, 'the timetable was extended');
  } finally {
    await lease.release();
  }
}

type Days = { readonly fromLocalDate: string; readonly days: number };

async function missingDays({ progress, clock }: TimetableParts): Promise<Days | undefined> {
  // Yesterday in UTC is still today somewhere.
  const firstDayMs = Math.floor(clock.nowMs() / dayMs) * dayMs - dayMs;
  const filledThrough = parseLocalDate((await progress.filledThrough()) ?? '');
  const fromDayMs = filledThrough === undefined ? firstDayMs : Math.max(firstDayMs, filledThrough + dayMs);
  const days = (firstDayMs - fromDayMs) / dayMs + daysAhead;
  return days > 0 ? { fromLocalDate: formatLocalDate(fromDayMs), days } : undefined;
}

async function fill(parts: TimetableParts, missing: Days, keepLease: () => Promise<boolean>): Promise<number> {
  const airports = new Map((await parts.catalogue.all('airport')).map((airport) => [airport.code, airport]));
  const plan = { ...missing, routes: readSeedRoutes(), fleet: readSeedFleet(), airports };
  let added = 0;
  let batch = [];
  for (const draft of timetableFlights(plan)) {
    batch.push(draft);
    if (batch.length < flightsPerBatch) continue;
    added += await storeFlights(parts, batch);
    batch = [];
    if (!(await keepLease())) throw new Error('Another process fills the timetable now.');
  }
  added += await storeFlights(parts, batch);
  const lastDayMs = (parseLocalDate(missing.fromLocalDate) ?? 0) + (missing.days - 1) * dayMs;
  await parts.progress.noteFilledThrough(formatLocalDate(lastDayMs));
  await announceFlights(parts.database, newId('imp'), { created: added, rejected: 0 });
  return added;
}
