import { dayMs, isoWeekday, parseLocalDate, type WallMs } from '../../places/local-time.ts';

/** Every record of SSIM chapter 7 is a line of so many bytes. */
export const ssimRecordLength = 200;

/** What the first record says (bytes 1 to 35). */
export const ssimTitle = '1AIRLINE STANDARD SCHEDULE DATA SET';

/** Whether times, and the days they belong to, are those of UTC or of each station. */
export type TimeMode = 'local' | 'utc';

/** Record type 2: what holds for the flight legs behind it. */
export type CarrierRecord = { readonly timeMode: TimeMode; readonly until: WallMs | undefined };

/** A day and a time of it at one end of a leg: minutes after the midnight that begins the flight's first day. */
export type LegEnd = {
  readonly airportCode: string;
  readonly minutes: number;
  /** Of the passengers; empty where the record names none. */
  readonly terminal: string;
};

/** Record type 3: one leg of a flight, on many days. */
export type LegRecord = {
  readonly airlineCode: string;
  /** With its operational suffix: `178A`. */
  readonly number: string;
  readonly serviceType: string;
  readonly from: WallMs;
  /** Undefined: until further notice. */
  readonly until: WallMs | undefined;
  /** ISO weekdays of the flight's first departure. */
  readonly weekdays: ReadonlySet<number>;
  /** Of so many weeks, counted from the first day of the period, the first one. */
  readonly everyWeeks: number;
  readonly departure: LegEnd;
  readonly arrival: LegEnd;
  readonly aircraft: string;
  /** As far as the configuration says; 0 where it does not. */
  readonly seats: number;
};

/** What of a record can't be read. */
export type RecordProblem = { readonly problem: string };

/** The bytes of a record from one place to another, both counted from 1 as the manual does. */
const bytes = (line: string, first: number, last = first) => line.slice(first - 1, last);

export function readCarrierRecord(line: string): CarrierRecord | RecordProblem {
  const mode = bytes(line, 2);
  if (mode !== 'L' && mode !== 'U') return { problem: `the time mode (byte 2) is "${mode}"; it should be L or U` };
  return { timeMode: mode === 'L' ? 'local' : 'utc', until: readDay(bytes(line, 22, 28)) };
}

/** Reads the fields of a leg that make dated flights; the rest of the record is not looked at. */
export function readLegRecord(line: string): LegRecord | RecordProblem {
  const airlineCode = bytes(line, 3, 5).trim();
  const number = bytes(line, 6, 9).trim();
  const from = readDay(bytes(line, 15, 21));
  const until = bytes(line, 22, 28);
  const weekdays = bytes(line, 29, 35);
  const everyWeeks = bytes(line, 36);
  const departure = readEnd(bytes(line, 37, 39), bytes(line, 40, 43), bytes(line, 193), bytes(line, 53, 54));
  const arrival = readEnd(bytes(line, 55, 57), bytes(line, 62, 65), bytes(line, 194), bytes(line, 71, 72));
  const problem = [
    [/^[A-Z0-9]{2}$/.test(airlineCode), 'airline (bytes 3–5)', airlineCode, 'two characters like BA'],
    [/^0{0,3}[1-9]\d{0,3}$/.test(number), 'flight number (bytes 6–9)', number, '1 to 4 digits'],
    [from !== undefined, 'first day (bytes 15–21)', bytes(line, 15, 21), 'a day like 25DEC26'],
    [isOpenEnd(until) || readDay(until) !== undefined, 'last day (bytes 22–28)', until, 'a day, or 00XXX00'],
    [/^[1 ][2 ][3 ][4 ][5 ][6 ][7 ]$/.test(weekdays), 'days (bytes 29–35)', weekdays, 'weekdays like "1 3 5 7"'],
    [weekdays.trim() !== '', 'days (bytes 29–35)', weekdays, 'one weekday at least'],
    [/^[ 12]$/.test(everyWeeks), 'frequency (byte 36)', everyWeeks, 'blank, or 2 for every other week'],
    [departure !== undefined, 'departure (bytes 37–43, 193)', bytes(line, 37, 43), 'a station and a time like JFK1800'],
    [arrival !== undefined, 'arrival (bytes 55–65, 194)', bytes(line, 55, 65), 'a station and times like LHR06100610'],
    [isOffset(bytes(line, 48, 52)), 'UTC variation (bytes 48–52)', bytes(line, 48, 52), 'hours and minutes like -0500'],
    [isOffset(bytes(line, 66, 70)), 'UTC variation (bytes 66–70)', bytes(line, 66, 70), 'hours and minutes like +0100'],
    [isTerminal(bytes(line, 53, 54)), 'terminal (bytes 53–54)', bytes(line, 53, 54), 'blank, or like 4 or 2E'],
    [isTerminal(bytes(line, 71, 72)), 'terminal (bytes 71–72)', bytes(line, 71, 72), 'blank, or like 4 or 2E'],
  ].find(([isRight]) => !isRight);
  if (problem || from === undefined || departure === undefined || arrival === undefined) {
    const [, name, found, right] = problem ?? [];
    return { problem: `the ${name} is "${found}"; it should be ${right}` };
  }
  return {
    airlineCode,
    number: `${number}${bytes(line, 2).trim()}`,
    serviceType: bytes(line, 14),
    from,
    until: readDay(until),
    weekdays: new Set([...weekdays.replaceAll(' ', '')].map(Number)),
    everyWeeks: everyWeeks === '2' ? 2 : 1,
    departure,
    arrival,
    aircraft: bytes(line, 73, 75).trim(),
    seats: seatsOf(bytes(line, 173, 192)),
  };
}

/** Of a segment record (type 4): whether it says that another airline flies the leg before it (data element 50). */
export const isDuplicateLeg = (line: string) => bytes(line, 31, 33) === '050';

/** Passenger times; `variation` is the day, counted from the flight's first departure: 1 for the next, A for the one before. */
function readEnd(airportCode: string, time: string, variation: string, terminal: string): LegEnd | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-4])([0-5]\d)$/.exec(time) ?? [];
  if (!/^[A-Z]{3}$/.test(airportCode) || hours === undefined || !/^[0-9A ]$/.test(variation)) return undefined;
  const days = variation === 'A' ? -1 : Number(variation);
  return { airportCode, minutes: days * 1_440 + Number(hours) * 60 + Number(minutes), terminal: terminal.trim() };
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** `25DEC26`; undefined for what is no day. */
function readDay(text: string): WallMs | undefined {
  const [, day, name = '', year] = /^(\d\d)([A-Z]{3})(\d\d)$/.exec(text) ?? [];
  const month = months.indexOf(name) + 1;
  return month === 0 ? undefined : parseLocalDate(`20${year}-${String(month).padStart(2, '0')}-${day}`);
}

const isOpenEnd = (text: string) => text === '00XXX00';
const isTerminal = (text: string) => /^[A-Z0-9]{0,2}$/.test(text.trim());
const isOffset = (text: string) => /^[+-](?:0\d|1[0-4])[0-5]\d$/.test(text);

/** `J12Y150` as 162; 0 for `VVABC` and the like, which only name a version. */
function seatsOf(configuration: string): number {
  const cabins = /^(?:[A-Z]\d{1,3})+/.exec(configuration.trim())?.[0] ?? '';
  return [...cabins.matchAll(/\d+/g)].reduce((sum, [seats]) => sum + Number(seats), 0);
}

/** The days on which the flight of a leg begins, by its own calendar. @param until where the leg names no last day. */
export function* daysOf(leg: LegRecord, until: WallMs): Generator<WallMs> {
  const last = leg.until ?? until;
  for (let day = leg.from, count = 0; day <= last; day += dayMs, count += 1) {
    if (leg.weekdays.has(isoWeekday(day)) && Math.floor(count / 7) % leg.everyWeeks === 0) yield day;
  }
}
