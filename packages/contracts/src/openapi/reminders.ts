import {
  advanceSandboxClockRoute,
  listRemindersRoute,
  listSandboxMailsRoute,
  type Reminder,
  readSandboxClockRoute,
  readSandboxMailRoute,
  type SandboxMail,
} from '../reminders/routes.ts';
import { exampleBookingId } from './bookings.ts';
import { exampleFlightId } from './flights.ts';
import { publish } from './published-route.ts';

export const exampleReminder: Reminder = {
  id: 'rem_01k7v7a3b7c1d5e9f3g7h1j5km',
  bookingId: exampleBookingId,
  bookingReference: 'K7QX2M',
  flightId: exampleFlightId,
  kind: 'departure_24h',
  to: 'ada@example.com',
  dueAt: '2026-12-24T23:00:00Z',
  status: 'scheduled',
  attempts: 0,
  sentAt: null,
};

const mail: SandboxMail = {
  id: 'mail_01k7v7n8p2q6r0s4t8v2w6x0yz',
  to: 'ada@example.com',
  subject: 'Booking K7QX2M is confirmed',
  text: 'Dear Ada Lovelace, your flight BA178 is booked.',
  html: '<p>Dear Ada Lovelace, your flight BA178 is booked.</p>',
  messageId: '<rem_01k7v7a3b7c1d5e9f3g7h1j5km@jetbridge.example>',
  attachments: [{ filename: 'K7QX2M.ics', contentType: 'text/calendar', size: 612 }],
  sentAt: '2026-11-02T09:31:02Z',
};

const sandbox = { tag: 'Sandbox', notInProduction: true } as const;

export const reminderRoutes = [
  publish(listRemindersRoute, {
    tag: 'Reminders',
    description: 'Without `bookingId` the permission `reminders:read` is needed.',
    query: { bookingId: exampleBookingId },
    answer: { data: [exampleReminder], nextCursor: null },
  }),
  publish(readSandboxClockRoute, { ...sandbox, answer: { now: '2026-11-02T09:30:00Z' } }),
  publish(advanceSandboxClockRoute, {
    ...sandbox,
    description:
      'All services follow within two seconds. Needs the role `admin`. The clock only goes forward; 0 tells the time.',
    body: { advanceSeconds: 3_600 },
    answer: { now: '2026-11-02T10:30:00Z' },
  }),
  publish(listSandboxMailsRoute, {
    ...sandbox,
    query: { to: 'ada@example.com' },
    answer: { data: [mail], nextCursor: null },
  }),
  publish(readSandboxMailRoute, { ...sandbox, path: { id: mail.id }, answer: mail }),
];
