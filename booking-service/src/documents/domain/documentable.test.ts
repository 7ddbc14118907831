import { expect, test } from 'vitest';
import { assertHasCalendar, assertHasTicket } from './documentable.ts';
import { buildBooking } from './fixtures/booking-records.ts';

test.for([
  ['pending', 'booking_not_confirmed', 'booking_not_confirmed'],
  ['confirmed', undefined, undefined],
  ['cancelled', 'booking_cancelled', undefined],
  ['expired', 'booking_expired', 'booking_expired'],
] as const)('of a %s booking the ticket is refused by %s, the calendar by %s', ([status, ticket, calendar]) => {
  const booking = buildBooking({ status });
  expect([assertHasTicket, assertHasCalendar].map((assert) => refusalOf(() => assert(booking)))).toEqual([
    ticket,
    calendar,
  ]);
});

function refusalOf(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
