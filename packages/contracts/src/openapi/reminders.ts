import {
  type DeadLetter,
  dropDeadLetterRoute,
  listDeadLettersRoute,
  replayDeadLetterRoute,
} from '../reminders/dead-letter-routes.ts';
import {
  type NotificationPreferences,
  readNotificationPreferencesRoute,
  replaceNotificationPreferencesRoute,
  unsubscribeRoute,
} from '../reminders/preference-routes.ts';
import {
  advanceSandboxClockRoute,
  listRemindersRoute,
  listSandboxMailsRoute,
  type Reminder,
  readSandboxClockRoute,
  readSandboxMailRoute,
  reminderKinds,
  retryReminderRoute,
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

export const examplePreferences: NotificationPreferences = {
  // All kinds there are, and no others.
  kinds: Object.fromEntries(
    reminderKinds.map((kind) => [kind, kind !== 'departure_2h']),
  ) as NotificationPreferences['kinds'],
};

const letter: DeadLetter = {
  id: 'dead_01k7v7q9r3s7t1v5w9x3y7z1ab',
  eventId: 'evt_01k7v7q9r3s7t1v5w9x3y7z1ab',
  type: 'booking.confirmed',
  error: 'MalformedEvent: The data of booking.confirmed is not as agreed.',
  diedAt: '2026-11-02T09:30:00Z',
  replayRequestedAt: null,
  event: { specversion: '1.0', id: 'evt_01k7v7q9r3s7t1v5w9x3y7z1ab', type: 'booking.confirmed', data: {} },
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
  publish(retryReminderRoute, {
    tag: 'Reminders',
    description:
      'It is due now, with all its tries before it, and an address that was refused is tried again. Only where the booking ' +
      'still asks for it. The audit log hears of it.',
    path: { id: exampleReminder.id },
    answer: { ...exampleReminder, reason: 'retry_requested' },
  }),
  publish(listDeadLettersRoute, {
    tag: 'Reminders',
    description: 'Those of reminder-service alone; `npm run dead-letters` shows those of all services.',
    answer: { data: [letter], nextCursor: null },
  }),
  publish(replayDeadLetterRoute, {
    tag: 'Reminders',
    description: 'One that succeeds is gone; one that fails stays, with its new error. The audit log hears of it.',
    path: { id: letter.id },
    answer: { ...letter, replayRequestedAt: '2026-11-02T10:00:00Z' },
  }),
  publish(dropDeadLetterRoute, {
    tag: 'Reminders',
    description: 'The audit log hears of it.',
    path: { id: letter.id },
  }),
  publish(readNotificationPreferencesRoute, { tag: 'Your account', answer: examplePreferences }),
  publish(replaceNotificationPreferencesRoute, {
    tag: 'Your account',
    description:
      'Mails that confirm what you bought, speak of money or keep your account safe are always sent. What is planned ' +
      'follows at once.',
    body: { kinds: { departure_2h: false } },
    answer: examplePreferences,
  }),
  publish(unsubscribeRoute, {
    tag: 'Reminders',
    description:
      'The one click of RFC 8058, by the link of `List-Unsubscribe` in every mail: a form with ' +
      '`List-Unsubscribe=One-Click`, or no body. Switches off the kind of that mail; where it is always sent, every kind ' +
      'that can be switched off. For the account, where the mail went to its confirmed address, else for that address.',
    path: { token: 'eyJlbWFpbCI6ImFkYUBleGFtcGxlLmNvbSJ9.c2lnbmF0dXJl' },
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
