import { describe, expect, test } from 'vitest';
import { at } from '../../tests/sample-bookings.ts';
import { daysLater, formatDuration, formatLead, localTime } from './local-times.ts';

const shown = (instant: string, zone: string) => {
  const { date, time, zone: abbreviation } = localTime(at(instant), zone);
  return `${date}, ${time} ${abbreviation}`;
};

describe('a moment on the wall clock', () => {
  test.each([
    ['2026-12-25T23:00:00Z', 'America/New_York', 'Fri 25 Dec 2026, 18:00 EST'],
    ['2026-07-01T22:00:00Z', 'America/New_York', 'Wed 1 Jul 2026, 18:00 EDT'],
    ['2026-12-26T05:55:00Z', 'Europe/London', 'Sat 26 Dec 2026, 05:55 GMT'],
    ['2026-07-01T05:55:00Z', 'Europe/London', 'Wed 1 Jul 2026, 06:55 BST'],
    ['2026-01-15T12:00:00Z', 'Europe/Paris', 'Thu 15 Jan 2026, 13:00 CET'],
    ['2026-07-15T12:00:00Z', 'Europe/Paris', 'Wed 15 Jul 2026, 14:00 CEST'],
    ['2026-01-15T12:00:00Z', 'Asia/Tokyo', 'Thu 15 Jan 2026, 21:00 JST'],
    ['2026-01-15T12:00:00Z', 'Asia/Kolkata', 'Thu 15 Jan 2026, 17:30 IST'],
    ['2026-01-15T12:00:00Z', 'Australia/Sydney', 'Thu 15 Jan 2026, 23:00 AEDT'],
    ['2026-01-15T12:00:00Z', 'Asia/Kathmandu', 'Thu 15 Jan 2026, 17:45 GMT+5:45'],
    ['2026-01-15T12:00:00Z', 'America/Sao_Paulo', 'Thu 15 Jan 2026, 09:00 GMT-3'],
  ])('%s in %s is %s', (instant, zone, expected) => {
    expect(shown(instant, zone)).toBe(expected);
  });

  test('tells the two half past ones of the night the clocks go back apart', () => {
    expect(shown('2026-11-01T05:30:00Z', 'America/New_York')).toBe('Sun 1 Nov 2026, 01:30 EDT');
    expect(shown('2026-11-01T06:30:00Z', 'America/New_York')).toBe('Sun 1 Nov 2026, 01:30 EST');
  });

  test('of a zone nobody knows is in UTC, and says so', () => {
    expect(shown('2026-01-15T12:00:00Z', 'Mars/Olympus')).toBe('Thu 15 Jan 2026, 12:00 UTC');
  });
});

describe('days later', () => {
  const place = (instant: string, timeZone: string) => ({ unixMs: at(instant), timeZone });

  test('are counted on the calendars of both places', () => {
    const overnight = daysLater(
      place('2026-12-25T23:00:00Z', 'America/New_York'),
      place('2026-12-26T05:55:00Z', 'Europe/London'),
    );
    expect(overnight).toBe(1);
  });

  test('are less than none across the date line', () => {
    const back = daysLater(
      place('2026-06-02T00:30:00Z', 'Asia/Tokyo'),
      place('2026-06-02T08:00:00Z', 'Pacific/Honolulu'),
    );
    expect(back).toBe(-1);
  });
});

test.each([
  [24_900_000, '6 h 55 min'],
  [7_200_000, '2 h'],
  [2_700_000, '45 min'],
  [0, '0 min'],
  [-5, '0 min'],
])('a length of %i ms is written %s', (milliseconds, expected) => {
  expect(formatDuration(milliseconds)).toBe(expected);
});

test.each([
  [86_399_000, 'about 24 hours'],
  [7_195_000, 'about 2 hours'],
  [5_340_000, '89 minutes'],
  [20_000, '1 minute'],
])('%i ms ahead is %s', (milliseconds, expected) => {
  expect(formatLead(milliseconds)).toBe(expected);
});
