import { DateTime } from 'luxon';

/** A moment as travellers know it: by the clock at the airport. */
export type LocalTime = {
  /** `18:00` */
  readonly time: string;
  /** `EST`, or `UTC+7` where English has no abbreviation. */
  readonly zone: string;
  /** `Fri 25 Dec 2026` */
  readonly date: string;
};

/**
 * A time at an airport with the abbreviation of its zone on that day.
 * @param local the airport's wall clock, `2026-12-25T18:00`; it is what the timetable promises, so it is shown as it is.
 * @param instant the same moment, by which the zone's abbreviation is found.
 */
export function describeLocalTime(local: string, instant: string, timeZone: string): LocalTime {
  const wall = DateTime.fromISO(local, { zone: 'utc', locale: 'en-GB' });
  return {
    time: wall.toFormat('HH:mm'),
    zone: zoneAbbreviation(instant, timeZone),
    date: wall.toFormat('ccc d LLL yyyy'),
  };
}

/** Each of these knows the abbreviations of its own part of the world, and writes an offset (`GMT+9`) for the others. */
const locales = ['en-US', 'en-GB', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA', 'ja-JP'];

/** Found once, by zone and offset, of which a zone has two at most in a year: to look in seven locales takes a millisecond. */
const knownAbbreviations = new Map<string, string>();

function zoneAbbreviation(instant: string, timeZone: string): string {
  const moment = DateTime.fromISO(instant, { zone: timeZone });
  const key = `${timeZone} ${moment.offset}`;
  const known = knownAbbreviations.get(key) ?? findAbbreviation(moment) ?? offsetOf(moment);
  knownAbbreviations.set(key, known);
  return known;
}

function findAbbreviation(moment: DateTime): string | undefined {
  for (const locale of locales) {
    const candidate = moment.setLocale(locale).toFormat('ZZZZ');
    if (/^[A-Z]+$/.test(candidate)) return candidate;
  }
  return undefined;
}

function offsetOf(moment: DateTime): string {
  const offset = moment.toFormat('ZZ').replace(/^([+-])0?(\d+):/, '$1$2:');
  return `UTC${offset.replace(/:00$/, '')}`;
}

/** `7 h`, `45 min`, `7 h 5 min`: how long it is from one instant to another. */
export function describeDuration(from: string, to: string): string {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 && `${hours} h`, (rest > 0 || hours === 0) && `${rest} min`].filter(Boolean).join(' ');
}

/** A moment that has no place, such as that of a payment: `2 Nov 2026, 09:31 UTC`. */
export function describeUtc(ms: number): string {
  return DateTime.fromMillis(ms, { zone: 'utc', locale: 'en-GB' }).toFormat("d LLL yyyy, HH:mm 'UTC'");
}
