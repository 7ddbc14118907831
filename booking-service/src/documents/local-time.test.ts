import { expect, test } from 'vitest';
import { describeDuration, describeLocalTime, describeUtc } from './local-time.ts';

test.for([
  ['America/New_York', '2026-12-25T18:00', '2026-12-25T23:00:00Z', 'EST'],
  ['America/New_York', '2026-07-01T18:00', '2026-07-01T22:00:00Z', 'EDT'],
  ['Europe/London', '2026-12-26T06:00', '2026-12-26T06:00:00Z', 'GMT'],
  ['Europe/London', '2026-07-01T06:00', '2026-07-01T05:00:00Z', 'BST'],
  ['Europe/Berlin', '2026-07-01T06:00', '2026-07-01T04:00:00Z', 'CEST'],
  ['Asia/Tokyo', '2026-07-01T06:00', '2026-06-30T21:00:00Z', 'JST'],
  ['Asia/Kolkata', '2026-07-01T06:00', '2026-07-01T00:30:00Z', 'IST'],
  ['Asia/Kathmandu', '2026-07-01T06:00', '2026-07-01T00:15:00Z', 'UTC+5:45'],
  ['Asia/Bangkok', '2026-07-01T06:00', '2026-06-30T23:00:00Z', 'UTC+7'],
  ['America/Sao_Paulo', '2026-07-01T06:00', '2026-07-01T09:00:00Z', 'UTC-3'],
] as const)('in %s %s is %s: %s', ([zone, local, instant, abbreviation]) => {
  expect(describeLocalTime(local, instant, zone)).toMatchObject({ time: local.slice(11), zone: abbreviation });
});

test('a date is written so that nobody can swap day and month', () => {
  expect(describeLocalTime('2026-12-25T18:00', '2026-12-25T23:00:00Z', 'America/New_York').date).toBe(
    'Fri 25 Dec 2026',
  );
  expect(describeUtc(Date.parse('2026-11-02T09:31:05Z'))).toBe('2 Nov 2026, 09:31 UTC');
});

test('a duration names no zeros', () => {
  const after = (minutes: number) =>
    describeDuration('2026-12-25T23:00:00Z', new Date(Date.UTC(2026, 11, 25, 23, minutes)).toISOString());
  expect([after(45), after(420), after(425), after(0)]).toEqual(['45 min', '7 h', '7 h 5 min', '0 min']);
});
