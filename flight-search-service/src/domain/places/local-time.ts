import { offsetMinutesAt } from './zone-offsets.ts';

/**
 * A wall-clock time as a number: the milliseconds the same figures would be in UTC. It is not an instant; only
 * `instantsOf` makes one of it.
 */
export type WallMs = number;

export const dayMs = 86_400_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** No zone is further from UTC than this (Kiritimati +14, Baker Island -12). */
const furthestOffsetMs = 14 * hourMs;

/** Schedules lie within these years; it also bounds what is remembered per zone. */
export const scheduleYears = { first: 2000, last: 2099 } as const;

const localDateTimePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;
const localDatePattern = /^\d{4}-\d\d-\d\d$/;

/** Reads `2026-12-25T18:00`; undefined when it is not such a time, not a day that exists, or outside `scheduleYears`. */
export function parseLocalDateTime(text: string): WallMs | undefined {
  return localDateTimePattern.test(text) ? parsed(`${text}Z`, text) : undefined;
}

/** Reads `2026-12-25` as its first minute; undefined when it is not a day that exists, or outside `scheduleYears`. */
export function parseLocalDate(text: string): WallMs | undefined {
  return localDatePattern.test(text) ? parsed(`${text}T00:00Z`, text) : undefined;
}

/** Writes a wall-clock time as `2026-12-25T18:00`. */
export function formatLocalDateTime(wallMs: WallMs): string {
  return new Date(wallMs).toISOString().slice(0, 16);
}

/** Writes the day of a wall-clock time as `2026-12-25`. */
export function formatLocalDate(wallMs: WallMs): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

/** What the clocks of a zone show at an instant. */
export function wallTimeAt(instantMs: number, timeZone: string): WallMs {
  return instantMs + offsetMinutesAt(timeZone, instantMs) * minuteMs;
}

/** The local time of an instant, `2026-12-25T18:00`, as the API's `departureLocal` and `arrivalLocal`. */
export function localDateTimeAt(instantMs: number, timeZone: string): string {
  return formatLocalDateTime(wallTimeAt(instantMs, timeZone));
}

/** The local day of an instant, `2026-12-25`, as the API's `date`. */
export function localDateAt(instantMs: number, timeZone: string): string {
  return formatLocalDate(wallTimeAt(instantMs, timeZone));
}

/**
 * The instants at which the clocks of a zone show a time, earliest first: one as a rule, two in the hour that is
 * repeated when clocks go back, none in the hour that is skipped when they go forward (or the day, at Apia in 2011).
 */
export function instantsOf(wallMs: WallMs, timeZone: string): readonly number[] {
  const before = offsetMinutesAt(timeZone, wallMs - furthestOffsetMs);
  const after = offsetMinutesAt(timeZone, wallMs + furthestOffsetMs);
  if (before === after) {
    return [wallMs - before * minuteMs];
  }
  // Every reading lies between those two instants, and no zone changes its clocks twice within 28 hours.
  return [Math.max(before, after), Math.min(before, after)]
    .map((offsetMinutes) => ({ offsetMinutes, instantMs: wallMs - offsetMinutes * minuteMs }))
    .filter(({ offsetMinutes, instantMs }) => offsetMinutesAt(timeZone, instantMs) === offsetMinutes)
    .map(({ instantMs }) => instantMs);
}

/** ISO weekday of a wall-clock time: Monday 1 to Sunday 7. */
export function isoWeekday(wallMs: WallMs): number {
  // Day 0 of the count, 1 January 1970, was a Thursday.
  return ((Math.floor(wallMs / dayMs) + 3) % 7) + 1;
}

function parsed(utcText: string, text: string): WallMs | undefined {
  const wallMs = Date.parse(utcText);
  if (Number.isNaN(wallMs)) {
    return undefined;
  }
  const date = new Date(wallMs);
  const year = date.getUTCFullYear();
  // Date.parse takes 30 February for 2 March, and 24:00 for the next day.
  const sameDay = date.getUTCDate() === Number(text.slice(8, 10));
  return sameDay && year >= scheduleYears.first && year <= scheduleYears.last ? wallMs : undefined;
}
