import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, buildCopy, buildFlight, buildReminder, hourMs, usualOffsets } from '../../tests/sample-bookings.ts';
import type { BookingCopy } from './booking.ts';
import { localTime } from './local-times.ts';
import { mailFacts } from './mail-facts.ts';
import { planReminders } from './plan-reminders.ts';
import { reconcileReminders } from './reconcile-reminders.ts';
import type { Reminder } from './reminder.ts';

const minuteMs = 60_000;
const yearsMs = { from: at('2026-12-01T00:00:00Z'), until: at('2036-12-01T00:00:00Z') };
const zones = Intl.supportedValuesOf('timeZone');
const departure = fc
  .integer({ min: yearsMs.from / minuteMs, max: yearsMs.until / minuteMs })
  .map((minutes) => minutes * minuteMs);

/** What a clock on the wall shows, told by the platform and not by the library under test. */
function wallClockOf(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...{ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  });
  return (unixMs: number) => {
    const parts = Object.fromEntries(format.formatToParts(unixMs).map(({ type, value }) => [type, value]));
    const { weekday, day, month, year, hour, minute } = parts;
    return { date: `${weekday} ${day} ${month} ${year}`, time: `${hour}:${minute}` };
  };
}

/** Where the clocks of a zone change in those years: the first moments of the new time, to the minute. */
function clockChangesOf(timeZone: string): { atMs: number; shiftMs: number }[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', hour: 'numeric' });
  const offsetAt = (unixMs: number) => {
    const name = format.formatToParts(unixMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * minuteMs;
  };
  const changes: { atMs: number; shiftMs: number }[] = [];
  const stepMs = 14 * 24 * hourMs;
  for (let from = yearsMs.from; from < yearsMs.until; from += stepMs) {
    const shiftMs = offsetAt(from + stepMs) - offsetAt(from);
    if (shiftMs === 0) continue;
    let [before, after] = [from, from + stepMs];
    while (after - before > minuteMs) {
      const middle = Math.floor((before + after) / 2 / minuteMs) * minuteMs;
      if (offsetAt(middle) === offsetAt(from)) before = middle;
      else after = middle;
    }
    changes.push({ atMs: after, shiftMs });
  }
  return changes;
}

const leaving = (departsAtMs: number, timeZone = 'America/New_York'): BookingCopy => {
  const copy = buildCopy({ flights: [buildFlight({ departsAtMs })] });
  return { ...copy, places: copy.places.map((place) => ({ ...place, timeZone })) };
};

const remindersOf = (booking: BookingCopy) =>
  planReminders(booking, yearsMs.from, usualOffsets).filter(({ flightId }) => flightId !== null);

/** Four hundred zones are some seconds' work, on a machine that does nothing else. */
const patientMs = 60_000;

describe('over all time zones and ten years', { timeout: patientMs }, () => {
  test('reminders are due 24 and 2 hours before a departure, and show its time as the clocks there do', () => {
    for (const timeZone of zones) {
      const wallClock = wallClockOf(timeZone);
      fc.assert(
        fc.property(departure, (departsAtMs) => {
          const booking = leaving(departsAtMs, timeZone);
          const planned = remindersOf(booking);
          expect(planned.map(({ dueAtMs }) => departsAtMs - dueAtMs)).toEqual([24 * hourMs, 2 * hourMs]);
          for (const { dueAtMs, flightId } of planned) {
            const { departs, arrives } = mailFacts(booking, { flightId }, dueAtMs).flights[0];
            expect(departs).toMatchObject(wallClock(departsAtMs));
            expect(arrives).toMatchObject(wallClock(departsAtMs + 6 * hourMs));
          }
        }),
        { numRuns: 5 },
      );
    }
  });

  test('a reminder the day before the clocks change is due at another time of the day than the departure', () => {
    let changesSeen = 0;
    for (const timeZone of zones) {
      const wallClock = wallClockOf(timeZone);
      for (const { atMs, shiftMs } of clockChangesOf(timeZone)) {
        changesSeen += 1;
        const departsAtMs = atMs + 12 * hourMs;
        const [first] = remindersOf(leaving(departsAtMs, timeZone));
        if (!first) throw new Error('A confirmed booking is reminded of.');
        expect(first.dueAtMs).toBe(departsAtMs - 24 * hourMs);
        // With the clocks as they were, the departure would be at this time of the day.
        expect(wallClock(first.dueAtMs).time).toBe(wallClock(departsAtMs - shiftMs).time);
        expect(wallClock(first.dueAtMs).time).not.toBe(wallClock(departsAtMs).time);
      }
    }
    expect(changesSeen).toBeGreaterThan(2_000);
  });

  test('a time that clocks show twice is told apart by its abbreviation', () => {
    let twice = 0;
    for (const timeZone of zones) {
      for (const { atMs, shiftMs } of clockChangesOf(timeZone)) {
        if (shiftMs >= 0) continue;
        twice += 1;
        const [first, second] = [atMs + shiftMs / 2, atMs - shiftMs / 2].map((unixMs) => localTime(unixMs, timeZone));
        expect([timeZone, first?.date, first?.time]).toEqual([timeZone, second?.date, second?.time]);
        expect([timeZone, first?.zone]).not.toEqual([timeZone, second?.zone]);
      }
    }
    expect(twice).toBeGreaterThan(1_000);
  });
});

/** What is stored of a booking, and how it follows the plan. */
function createStore() {
  let stored: Reminder[] = [];
  return {
    follow(booking: BookingCopy, nowMs: number): void {
      const planned = planReminders(booking, nowMs, usualOffsets);
      const { added, changed } = reconcileReminders(booking, planned, stored, nowMs);
      const kept = stored.map((reminder) => {
        const change = changed.find(({ id }) => id === reminder.id);
        return { ...reminder, ...change?.standing };
      });
      stored = [...kept, ...added.map((plan) => buildReminder(plan, { status: plan.status, reason: plan.reason }))];
    },
    departures: () => stored.filter(({ flightId }) => flightId !== null),
    scheduled: () => stored.filter(({ flightId, status }) => flightId !== null && status === 'scheduled'),
  };
}

describe('a flight that moves', () => {
  const move = fc.integer({ min: -36 * 60, max: 36 * 60 }).map((minutes) => minutes * minuteMs);

  /** Long before any of its reminders is due. */
  const beforeAllMs = yearsMs.from - 30 * 24 * hourMs;

  test('has one reminder of each kind, for its present departure, however often it moved', () => {
    fc.assert(
      fc.property(departure, fc.array(move, { maxLength: 8 }), (departsAtMs, moves) => {
        const store = createStore();
        for (const moveMs of [0, ...moves]) {
          store.follow(leaving(departsAtMs + moveMs), beforeAllMs);
          const due = store.scheduled().map(({ kind, dueAtMs }) => [kind, departsAtMs + moveMs - dueAtMs]);
          expect(due.toSorted()).toEqual([
            ['departure_24h', 24 * hourMs],
            ['departure_2h', 2 * hourMs],
          ]);
        }
        const keys = store.departures().map(({ kind, departsAtMs }) => `${kind} ${departsAtMs}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  test('and moves back has the reminders it had before', () => {
    fc.assert(
      fc.property(departure, fc.array(move, { minLength: 1, maxLength: 8 }), (departsAtMs, moves) => {
        const store = createStore();
        store.follow(leaving(departsAtMs), beforeAllMs);
        const before = store.scheduled().map(({ id, dueAtMs }) => [id, dueAtMs]);
        for (const moveMs of [...moves, 0]) store.follow(leaving(departsAtMs + moveMs), beforeAllMs);
        expect(store.scheduled().map(({ id, dueAtMs }) => [id, dueAtMs])).toEqual(before);
      }),
    );
  });

  test('over a change of the clocks is reminded of exactly 24 hours before its new departure', () => {
    for (const timeZone of ['America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'Asia/Jerusalem']) {
      for (const { atMs } of clockChangesOf(timeZone)) {
        const store = createStore();
        store.follow(leaving(atMs - 3 * hourMs, timeZone), beforeAllMs);
        store.follow(leaving(atMs + 20 * hourMs, timeZone), beforeAllMs);
        expect(store.scheduled().map(({ dueAtMs }) => dueAtMs)).toEqual([atMs - 4 * hourMs, atMs + 18 * hourMs]);
      }
    }
  });
});
