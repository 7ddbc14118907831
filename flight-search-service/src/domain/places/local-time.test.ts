import { IANAZone } from 'luxon';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  dayMs,
  formatLocalDateTime,
  instantsOf,
  isoWeekday,
  localDateAt,
  localDateTimeAt,
  parseLocalDate,
  parseLocalDateTime,
} from './local-time.ts';

const zones = Intl.supportedValuesOf('timeZone');

/** The instants of a local time, as text. */
function instants(text: string, timeZone: string): string[] {
  return instantsOf(wall(text), timeZone).map((ms) => new Date(ms).toISOString().slice(0, 16));
}

function wall(text: string): number {
  const wallMs = parseLocalDateTime(text);
  expect(wallMs).toBeDefined();
  return wallMs ?? Number.NaN;
}

describe('local times as instants', () => {
  it('reads winter and summer time by the date', () => {
    expect(instants('2026-12-25T18:00', 'America/New_York')).toEqual(['2026-12-25T23:00']);
    expect(instants('2026-07-04T18:00', 'America/New_York')).toEqual(['2026-07-04T22:00']);
  });

  it('finds no instant for a time that New York skips in March', () => {
    expect(instants('2027-03-14T01:59', 'America/New_York')).toEqual(['2027-03-14T06:59']);
    expect(instants('2027-03-14T02:00', 'America/New_York')).toEqual([]);
    expect(instants('2027-03-14T02:59', 'America/New_York')).toEqual([]);
    expect(instants('2027-03-14T03:00', 'America/New_York')).toEqual(['2027-03-14T07:00']);
  });

  it('finds both instants of a time that New York repeats in November, the earlier first', () => {
    expect(instants('2026-11-01T00:59', 'America/New_York')).toEqual(['2026-11-01T04:59']);
    expect(instants('2026-11-01T01:00', 'America/New_York')).toEqual(['2026-11-01T05:00', '2026-11-01T06:00']);
    expect(instants('2026-11-01T01:59', 'America/New_York')).toEqual(['2026-11-01T05:59', '2026-11-01T06:59']);
    expect(instants('2026-11-01T02:00', 'America/New_York')).toEqual(['2026-11-01T07:00']);
  });

  it('knows offsets of half and quarter hours, and clocks that move by half an hour', () => {
    expect(instants('2026-12-25T18:00', 'Asia/Kolkata')).toEqual(['2026-12-25T12:30']);
    expect(instants('2026-12-25T18:00', 'Asia/Kathmandu')).toEqual(['2026-12-25T12:15']);
    expect(instants('2026-10-04T02:15', 'Australia/Lord_Howe')).toEqual([]);
    expect(instants('2026-04-05T01:45', 'Australia/Lord_Howe')).toEqual(['2026-04-04T14:45', '2026-04-04T15:15']);
  });

  it('knows both sides of the date line, and the day that Apia skipped', () => {
    expect(instants('2026-12-25T08:00', 'Pacific/Apia')).toEqual(['2026-12-24T19:00']);
    expect(instants('2026-12-25T08:00', 'Pacific/Pago_Pago')).toEqual(['2026-12-25T19:00']);
    expect(instants('2011-12-30T12:00', 'Pacific/Apia')).toEqual([]);
    expect(instants('2011-12-31T12:00', 'Pacific/Apia')).toEqual(['2011-12-30T22:00']);
  });

  it('agrees with the clocks of every zone of the world over a year', () => {
    const startMs = Date.UTC(2026, 10, 21);
    for (const timeZone of zones) {
      // The Swedish form is the one that looks like ISO 8601.
      const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
      for (let instantMs = startMs; instantMs < startMs + 370 * dayMs; instantMs += 31 * 3_600_000) {
        expect(localDateTimeAt(instantMs, timeZone), timeZone).toBe(clock.format(instantMs).replace(' ', 'T'));
      }
    }
  });

  it('turns an instant into local time and back', () => {
    for (const timeZone of [
      'America/St_Johns',
      'Europe/London',
      'Asia/Tehran',
      'Pacific/Chatham',
      'Africa/Casablanca',
    ]) {
      for (let hour = 0; hour < 365 * 24; hour += 5) {
        const instantMs = Date.UTC(2027, 0, 1, hour);
        expect(instantsOf(wall(localDateTimeAt(instantMs, timeZone)), timeZone)).toContain(instantMs);
      }
    }
  });

  it('says of an unknown zone what a known one looks like', () => {
    expect(() => localDateAt(0, 'Mars/Olympus')).toThrow('"Mars/Olympus" is unknown; it should be an IANA name');
  });

  it('asks Intl a few thousand times for the two ends of 163,267 flights, not once for each', () => {
    const asked = vi.spyOn(IANAZone.prototype, 'offset');
    onTestFinished(() => asked.mockRestore());
    const firstMs = wall('2026-12-22T00:00');
    for (let flight = 0; flight < 163_267; flight++) {
      instantsOf(firstMs + (flight % 14_400) * 60_000, zones[flight % 60] ?? 'UTC');
      instantsOf(firstMs + (flight % 14_400) * 60_000, zones[(flight + 7) % 60] ?? 'UTC');
    }
    expect(asked.mock.calls.length).toBeLessThan(5_000);
  });
});

describe('local days and times as text', () => {
  it('gives the local day of an instant on either side of midnight', () => {
    const instantMs = Date.parse('2026-12-26T04:30:00Z');
    expect(localDateAt(instantMs, 'America/New_York')).toBe('2026-12-25');
    expect(localDateAt(instantMs, 'Europe/London')).toBe('2026-12-26');
    expect(localDateTimeAt(instantMs, 'America/New_York')).toBe('2026-12-25T23:30');
  });

  it('refuses what is no time, no day that exists, or far from any schedule', () => {
    const wrong = ['2026-12-25', '2026-12-25 18:00', '2026-12-25T18:00Z', '2026-12-25T24:00', '2026-12-25T18:60'];
    for (const text of [...wrong, '2026-02-30T10:00', '2026-13-01T10:00', '1999-12-31T10:00', '2100-01-01T10:00', '']) {
      expect(parseLocalDateTime(text), text).toBeUndefined();
    }
    expect(parseLocalDate('2027-02-29')).toBeUndefined();
    expect(formatLocalDateTime(parseLocalDate('2028-02-29') ?? 0)).toBe('2028-02-29T00:00');
  });

  it('counts weekdays from Monday', () => {
    expect(['2026-11-23', '2026-11-28', '2026-11-29'].map((day) => isoWeekday(parseLocalDate(day) ?? 0))).toEqual([
      1, 6, 7,
    ]);
  });
});
