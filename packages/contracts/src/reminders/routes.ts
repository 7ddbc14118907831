import { z } from 'zod';
import { id, instant, page, pageQuery, queryText } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';

const service = 'reminder-service';

export const reminderKinds = [
  'booking_held',
  'booking_confirmed',
  'booking_changed',
  'booking_cancelled',
  'payment_failed',
  'waitlist_offer',
  'schedule_changed',
  'departure_24h',
  'departure_2h',
  'welcome',
  'email_verification',
  'password_reset',
] as const;
export const reminderKind = z.enum(reminderKinds).meta({ id: 'ReminderKind' });
export type ReminderKind = z.infer<typeof reminderKind>;

export const reminderStatuses = ['scheduled', 'sending', 'sent', 'skipped', 'cancelled', 'failed'] as const;
export const reminderStatus = z.enum(reminderStatuses).meta({ id: 'ReminderStatus' });
export type ReminderStatus = z.infer<typeof reminderStatus>;

/** Why a reminder stands as it does. The words are stable; more may come. */
export const reminderReasons = {
  booked_after_due: 'skipped: it was due before the flight was booked',
  window_missed: 'skipped: it was too late for it before it could be sent',
  moved_less_than_an_hour: 'skipped: the same was sent, and the departure has moved by less than an hour since',
  switched_off: 'skipped: the user, or whoever has the address, does not want mails of this kind',
  address_refused: 'failed or skipped: the mail server refused the address for good; another contact address frees it',
  booking_cancelled: 'cancelled with the booking',
  booking_expired: 'cancelled: the booking was not paid in time',
  booking_not_confirmed: 'cancelled: the booking is not confirmed',
  booking_unknown: 'cancelled: there is no such booking',
  flight_moved: 'cancelled: the flight leaves at another time, which has a reminder of its own',
  flight_dropped: 'cancelled: the flight is no longer part of the booking',
  not_first_flight: 'cancelled: the flight has become a connection of a journey that begins with another one',
  request_withdrawn: 'cancelled: nobody waits for it any more',
  account_deleted: 'cancelled with the account',
  paid_meanwhile: 'cancelled: the booking was paid for before',
  superseded: 'cancelled: a later mail says it, or it was undone before anybody was told',
  moved_with_flight: 'scheduled or sent: for the time that the flight was moved to',
  sent_late: 'sent more than a minute after it was due',
  put_off: 'scheduled: it could not be sent yet, `lastError` tells why, and is tried again',
  recipient_limit: 'scheduled: the address has got as many mails in this hour as it may',
  retry_requested: 'scheduled: somebody asked to try it again',
  address_invalid: 'failed: the address is none that a mail can go to',
  mail_refused: 'failed: the mail server refused the mail for good',
  mail_not_composed: 'failed: the mail could not be written',
  too_many_attempts: 'failed: it was tried as often as is allowed',
} as const;

type ReminderReason = keyof typeof reminderReasons;

export const reminderReason = z
  // The keys of a literal are its own and no others.
  .enum(Object.keys(reminderReasons) as [ReminderReason, ...ReminderReason[]])
  .meta({
    id: 'ReminderReason',
    description: Object.entries(reminderReasons)
      .map(([word, means]) => `- \`${word}\`: ${means}`)
      .join('\n'),
  });

export const reminder = z
  .object({
    id,
    bookingId: id.optional().describe('Not in mails about an account'),
    bookingReference: z.string().optional(),
    flightId: id.optional(),
    kind: reminderKind,
    to: z.string(),
    dueAt: instant,
    status: reminderStatus,
    reason: reminderReason.optional().describe('Why it stands as it does, where there is something to say'),
    attempts: z.int(),
    sentAt: instant.nullable(),
    lastError: z.string().optional(),
  })
  .meta({ id: 'Reminder' });
export type Reminder = z.infer<typeof reminder>;

export const listRemindersRoute = defineRoute({
  id: 'listReminders',
  service,
  method: 'get',
  path: '/reminders',
  access: 'signed_in',
  summary: 'What was, will be, or was not mailed for a booking of yours; with `reminders:read` for any',
  query: z.strictObject({
    bookingId: queryText(200).optional(),
    status: reminderStatus.optional(),
    to: queryText(254).optional(),
    ...pageQuery,
  }),
  answer: { status: 200, description: 'Reminders by due time', schema: page(reminder) },
  problems: ['booking_not_found', 'permission_missing'],
});

export const retryReminderRoute = defineRoute({
  id: 'retryReminder',
  service,
  method: 'post',
  path: '/reminders/:id/retry',
  access: { permission: 'reminders:write' },
  summary: 'Try a mail again that has failed or was skipped',
  answer: { status: 200, description: 'The reminder, due now', schema: reminder },
  problems: [
    'reminder_not_found',
    'already_sent',
    'reminder_not_failed',
    'reminder_outdated',
    'reminder_too_late',
    'switched_off',
    'booking_cancelled',
    'booking_expired',
    'booking_not_confirmed',
    'departed',
  ],
});

export const sandboxClock = z.object({ now: instant });

export const readSandboxClockRoute = defineRoute({
  id: 'readSandboxClock',
  service,
  method: 'get',
  path: '/sandbox/clock',
  access: 'anyone',
  summary: 'Business time (not in production)',
  answer: { status: 200, description: 'Now', schema: sandboxClock },
});

/** Ten years: far enough for any story, and no number overflows. */
export const maximumAdvanceSeconds = 315_360_000;

export const advanceSandboxClockRoute = defineRoute({
  id: 'advanceSandboxClock',
  service,
  method: 'post',
  path: '/sandbox/clock',
  access: 'signed_in',
  summary: 'Move business time forward, for everyone (administrators, not in production)',
  body: z.strictObject({ advanceSeconds: z.int().min(0).max(maximumAdvanceSeconds) }),
  answer: { status: 200, description: 'The new time', schema: sandboxClock },
  problems: ['permission_missing'],
});

export const sandboxMail = z
  .object({
    id,
    to: z.string(),
    subject: z.string(),
    text: z.string(),
    html: z.string(),
    messageId: z.string(),
    attachments: z.array(z.object({ filename: z.string(), contentType: z.string(), size: z.int() })),
    sentAt: instant,
  })
  .meta({ id: 'SandboxMail' });
export type SandboxMail = z.infer<typeof sandboxMail>;

export const listSandboxMailsRoute = defineRoute({
  id: 'listSandboxMails',
  service,
  method: 'get',
  path: '/sandbox/mails',
  access: 'anyone',
  summary: 'Mails written to files, newest first (not in production)',
  query: z.strictObject({ to: queryText(254).optional(), ...pageQuery }),
  answer: { status: 200, description: 'Mails, newest first', schema: page(sandboxMail) },
});

export const readSandboxMailRoute = defineRoute({
  id: 'readSandboxMail',
  service,
  method: 'get',
  path: '/sandbox/mails/:id',
  access: 'anyone',
  summary: 'One mail (not in production)',
  answer: { status: 200, description: 'The mail', schema: sandboxMail },
  problems: ['mail_not_found'],
});
