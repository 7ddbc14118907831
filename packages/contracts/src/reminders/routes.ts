import { z } from 'zod';
import { id, instant, page, pageQuery, queryText } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';

const service = 'reminder-service';

export const reminderKinds = [
  'booking_confirmed',
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

/** Why a reminder was not sent. */
export const reminderReasons = [
  'booked_after_due',
  'window_missed',
  'moved_less_than_an_hour',
  'booking_cancelled',
  'booking_expired',
  'booking_not_confirmed',
  'booking_unknown',
  'flight_moved',
  'flight_dropped',
  'not_first_flight',
  'request_withdrawn',
  'account_deleted',
  'address_invalid',
  'mail_refused',
  'mail_not_composed',
  'too_many_attempts',
] as const;
export const reminderReason = z.enum(reminderReasons).meta({ id: 'ReminderReason' });

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
    reason: reminderReason.optional().describe('Why it was not sent'),
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
