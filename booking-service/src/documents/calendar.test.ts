import ICAL from 'ical.js';
import { expect, test } from 'vitest';
import { writeCalendar } from './calendar.ts';
import { buildBooking, buildPassenger, buildSegment, heathrow, kennedy } from './domain/fixtures/booking-records.ts';

function readBack(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
  return { method: calendar.getFirstPropertyValue('method'), calendar, events };
}

test('a flight is an event with its instants, place and people', () => {
  const { method, calendar, events } = readBack(writeCalendar(buildBooking()).text);
  expect(method).toBe('PUBLISH');
  expect(calendar.getFirstPropertyValue('version')).toBe('2.0');
  const [event] = events;
  expect(events).toHaveLength(1);
  expect(event?.startDate.toJSDate().toISOString()).toBe('2026-12-25T23:00:00.000Z');
  expect(event?.endDate.toJSDate().toISOString()).toBe('2026-12-26T06:00:00.000Z');
  expect(event?.startDate.zone.tzid).toBe('UTC');
  expect(event?.summary).toBe('BA178 New York (JFK) → London (LHR)');
  expect(event?.location).toBe('John F. Kennedy International Airport (JFK), New York');
  expect(event?.description.split('\n')).toEqual([
    'Booking K7QX2M: confirmed',
    'Flight BA178, Economy',
    'Departs Fri 25 Dec 2026, 18:00 EST: John F. Kennedy International Airport (JFK), New York',
    'Arrives Sat 26 Dec 2026, 06:00 GMT: London Heathrow Airport (LHR), London',
    'Ada Lovelace, seat 12A',
  ]);
  expect(event?.component.getFirstPropertyValue('status')).toBe('CONFIRMED');
  expect(event?.component.getAllSubcomponents('valarm')).toEqual([]);
});

test('the terminals of a flight stand beside its airports, where they are known', () => {
  const segments = [buildSegment({ departureTerminal: '8', arrivalTerminal: '5' })];
  const [event] = readBack(writeCalendar(buildBooking({ segments })).text).events;
  expect(event?.location).toBe('John F. Kennedy International Airport (JFK), Terminal 8, New York');
  expect(event?.description).toContain('London Heathrow Airport (LHR), Terminal 5, London');
});

test('events keep their ids while the sequence rises with the version', () => {
  const there = buildSegment();
  const back = buildSegment({ flightId: 'flt_2', origin: heathrow, destination: kennedy });
  const one = readBack(writeCalendar(buildBooking({ segments: [there, back] })).text).events;
  const other = readBack(writeCalendar(buildBooking({ segments: [there, back], version: 4 })).text).events;
  expect(one.map(({ uid }) => uid)).toEqual(['bkg_1.flt_1@jetbridge', 'bkg_1.flt_2@jetbridge']);
  expect(other.map(({ uid }) => uid)).toEqual(one.map(({ uid }) => uid));
  expect([one, other].map((events) => events.map(({ sequence }) => sequence))).toEqual([
    [1, 1],
    [4, 4],
  ]);
});

test('the flights of a cancelled booking are taken back', () => {
  const file = writeCalendar(buildBooking({ status: 'cancelled', version: 2 }));
  const { method, events } = readBack(file.text);
  expect([file.method, method]).toEqual(['CANCEL', 'CANCEL']);
  expect(events.map(({ component }) => component.getFirstPropertyValue('status'))).toEqual(['CANCELLED']);
  // Both are demanded of what takes an event back (RFC 5546, section 3.2.5).
  expect(events[0]?.organizer).toBe('mailto:bookings@jetbridge.invalid');
  expect(events[0]?.sequence).toBe(2);
});

test('what people are called can end no line and start no property', () => {
  const firstName = `Ada\r\nSTATUS:CANCELLED; a, b\\n\u2028${'李'.repeat(40)}`;
  const { text } = writeCalendar(buildBooking({ passengers: [buildPassenger({ firstName })] }));
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  const [event] = readBack(text).events;
  expect(event?.component.getFirstPropertyValue('status')).toBe('CONFIRMED');
  expect(event?.description).toContain('STATUS:CANCELLED; a, b\\n');
  expect(event?.description).toContain('李'.repeat(40));
});

test('the same version is the same file', () => {
  expect(writeCalendar(buildBooking())).toEqual(writeCalendar(buildBooking()));
});
