import { z } from 'zod';
import { cabin } from '../flights/schemas.ts';
import { id, instant, localDate, page, pageQuery } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import { newContact, newPassengers } from './routes.ts';
import { contact, passengerType } from './schemas.ts';

const service = 'booking-service';

/** What has become of a party that waits: `booked` when the offer was paid, `closed` when nothing comes of it any more. */
export const waitlistStatuses = ['waiting', 'offered', 'booked', 'closed'] as const;

const waitingPassenger = z.object({
  type: passengerType,
  firstName: z.string(),
  lastName: z.string(),
  dateOfBirth: localDate.optional(),
});

export const waitlistEntry = z
  .object({
    id,
    flightId: id,
    cabin,
    status: z.enum(waitlistStatuses),
    passengers: z.array(waitingPassenger),
    contact,
    bookingId: id.nullable().describe('Of the booking that was made when seats became free'),
    offerExpiresAt: instant.nullable().describe('Until when that booking is held; null where none is'),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'WaitlistEntry' });
export type WaitlistEntryDocument = z.infer<typeof waitlistEntry>;

export const newWaitlistEntry = z
  .strictObject({ flightId: id, cabin, passengers: newPassengers, contact: newContact.optional() })
  .meta({ id: 'NewWaitlistEntry' });
export type NewWaitlistEntry = z.infer<typeof newWaitlistEntry>;

export const joinWaitlistRoute = defineRoute({
  id: 'joinWaitlist',
  service,
  method: 'post',
  path: '/waitlist',
  access: 'signed_in',
  summary: 'Wait for seats of a flight that is sold out',
  body: newWaitlistEntry,
  idempotent: true,
  answer: {
    status: 201,
    description: 'The place in the line, or the offer where seats are free',
    schema: waitlistEntry,
  },
  problems: [
    'flight_not_found',
    'flight_not_bookable',
    'already_waiting',
    'waitlist_limit',
    'waitlist_full',
    'hold_limit',
  ],
});

export const listWaitlistRoute = defineRoute({
  id: 'listWaitlist',
  service,
  method: 'get',
  path: '/waitlist',
  access: 'signed_in',
  summary: 'What you wait for, newest first',
  query: z.strictObject(pageQuery),
  answer: { status: 200, description: 'Your entries, newest first', schema: page(waitlistEntry) },
});

export const leaveWaitlistRoute = defineRoute({
  id: 'leaveWaitlist',
  service,
  method: 'delete',
  path: '/waitlist/:id',
  access: 'signed_in',
  summary: 'Wait no longer',
  answer: { status: 204, description: 'The entry is gone' },
  problems: ['waitlist_entry_not_found', 'waitlist_offered'],
});
