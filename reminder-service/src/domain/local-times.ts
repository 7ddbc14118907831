import { DateTime, IANAZone } from 'luxon';
import { english, fillIn, type Words } from './words.ts';
import { zoneAbbreviations } from './zone-abbreviations.ts';

/** A moment as the people at an airport read it from the wall. */
export type LocalTime = {
  /** `18:00` */
  readonly time: string;
  /** `Fri 25 Dec 2026` */
  readonly date: string;
  /** `Fri 25 Dec` */
  readonly shortDate: string;
  /** `EST`, or an offset like `GMT+3` where the zone has no customary abbreviation. */
  readonly zone: string;
};

/** A moment in words, with the day of the calendar it falls on. */
type KeptTime = { readonly told: LocalTime; readonly calendarDay: number };

/** Moments kept: all who are on a flight are told the same ones, within a short time. */
const maximumKept = 2_000;
const keptOf = new WeakMap<Words, Map<string, KeptTime>>();

/** A moment on the wall clock of a zone; of UTC when the zone is not known here. */
export function localTime(unixMs: number, timeZone: string, words: Words = english): LocalTime {
  return keptTime(unixMs, timeZone, words).told;
}

/** By how many days on the calendar the second moment is later than the first, each on its own wall clock. */
export function daysLater(
  first: { unixMs: number; timeZone: string },
  second: { unixMs: number; timeZone: string },
  words: Words = english,
): number {
  const [from = 0, to = 0] = [first, second].map(
    ({ unixMs, timeZone }) => keptTime(unixMs, timeZone, words).calendarDay,
  );
  return to - from;
}

function keptTime(unixMs: number, timeZone: string, words: Words): KeptTime {
  const kept = keptOf.get(words) ?? new Map<string, KeptTime>();
  keptOf.set(words, kept);
  const key = `${unixMs} ${timeZone}`;
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= maximumKept) kept.clear();
  const time = tellTime(unixMs, timeZone, words);
  kept.set(key, time);
  return time;
}

function tellTime(unixMs: number, timeZone: string, words: Words): KeptTime {
  const local = inZone(unixMs, timeZone);
  const inWords = local.setLocale(words.locale);
  const told = {
    time: local.toFormat('HH:mm'),
    date: inWords.toFormat(words.date),
    shortDate: inWords.toFormat(words.shortDate),
    zone: abbreviationOf(local),
  };
  return { told, calendarDay: Date.UTC(local.year, local.month - 1, local.day) / 86_400_000 };
}

/** A length of time to the minute: `6 h 55 min`. */
export function formatDuration(milliseconds: number, words: Words = english): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const parts = [
    ...(hours > 0 ? [fillIn(words.hours, { count: hours })] : []),
    ...(rest > 0 || hours === 0 ? [fillIn(words.minutes, { count: rest })] : []),
  ];
  return parts.join(' ');
}

/** How long it is until something, roughly: `about 24 hours`, `45 minutes`. */
export function formatLead(milliseconds: number, words: Words = english): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  if (minutes >= 90) return fillIn(words.inHours, { count: Math.round(minutes / 60) });
  return minutes === 1 ? words.inOneMinute : fillIn(words.inMinutes, { count: minutes });
}

function inZone(unixMs: number, timeZone: string): DateTime {
  // Made once for each name: to find out whether there is such a zone takes longer than all the rest.
  const zone = IANAZone.create(timeZone);
  return DateTime.fromMillis(unixMs, { zone: zone.isValid ? zone : 'UTC', locale: 'en-US' });
}

function abbreviationOf(local: DateTime): string {
  return zoneAbbreviations[local.offsetNameLong ?? ''] ?? local.offsetNameShort ?? 'UTC';
}
