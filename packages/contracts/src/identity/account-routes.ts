import { z } from 'zod';
import { bookingWithHistory } from '../bookings/internal.ts';
import { waitlistEntry } from '../bookings/waitlist-routes.ts';
import { emailAddress, id, instant, page, pageQuery, text } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import { notificationPreferences } from '../reminders/preference-routes.ts';
import { reminder } from '../reminders/routes.ts';
import { auditEntry } from './audit.ts';
import { newPassword, user } from './routes.ts';

const service = 'auth-service';

/** A password that somebody claims to be the present one: of any form, because it may simply be wrong. */
const claimedPassword = z.string().max(1_000);

export const readOwnProfileRoute = defineRoute({
  id: 'readOwnProfile',
  service,
  method: 'get',
  path: '/users/me',
  access: 'signed_in',
  summary: 'Your own account',
  answer: { status: 200, description: 'Your account', schema: user },
});

const profileChange = z
  .strictObject({
    name: text(100).optional(),
    email: emailAddress.optional(),
    currentPassword: claimedPassword.optional().describe('Needed to change the e-mail address'),
  })
  .refine(({ email, currentPassword }) => email === undefined || currentPassword !== undefined, {
    message: 'is needed to change the e-mail address',
    path: ['currentPassword'],
    params: { code: 'required' },
  });

export const changeOwnProfileRoute = defineRoute({
  id: 'changeOwnProfile',
  service,
  method: 'patch',
  path: '/users/me',
  access: 'signed_in',
  summary: 'Change your name or your e-mail address',
  body: profileChange,
  answer: { status: 200, description: 'Your account as it is now', schema: user },
  problems: ['email_taken', 'stale', 'rate_limited'],
});

export const deleteOwnAccountRoute = defineRoute({
  id: 'deleteOwnAccount',
  service,
  method: 'delete',
  path: '/users/me',
  access: 'signed_in',
  summary: 'Delete your account',
  answer: { status: 204, description: 'The account is gone' },
  problems: ['last_admin'],
});

export const changeOwnPasswordRoute = defineRoute({
  id: 'changeOwnPassword',
  service,
  method: 'post',
  path: '/users/me/password',
  access: 'signed_in',
  summary: 'Choose another password',
  body: z.strictObject({ currentPassword: claimedPassword, newPassword }),
  answer: { status: 204, description: 'Changed; all other sessions have ended' },
  problems: ['rate_limited'],
});

export const requestEmailVerificationRoute = defineRoute({
  id: 'requestEmailVerification',
  service,
  method: 'post',
  path: '/users/me/email-verification',
  access: 'signed_in',
  summary: 'Have the mail that confirms your e-mail address sent again',
  answer: { status: 202, description: 'A mail is on its way, unless the address is confirmed already' },
});

export const session = z
  .object({
    id,
    current: z.boolean().describe('Whether it is the one that asks'),
    userAgent: z.string().nullable(),
    address: z.string().nullable().describe('Where it was last used from'),
    createdAt: instant,
    lastUsedAt: instant,
    expiresAt: instant,
  })
  .meta({ id: 'Session' });

export type Session = z.infer<typeof session>;

export const listOwnSessionsRoute = defineRoute({
  id: 'listOwnSessions',
  service,
  method: 'get',
  path: '/users/me/sessions',
  access: 'signed_in',
  summary: 'Where you are signed in',
  query: z.strictObject(pageQuery),
  answer: { status: 200, description: 'Sessions that go on, the newest first', schema: page(session) },
});

export const endOwnSessionRoute = defineRoute({
  id: 'endOwnSession',
  service,
  method: 'delete',
  path: '/users/me/sessions/:id',
  access: 'signed_in',
  summary: 'Sign one of your sessions out',
  answer: { status: 204, description: 'The session has ended' },
  problems: ['session_not_found'],
});

/** What the services hold on somebody. */
const personalData = z
  .object({
    exportedAt: instant,
    account: z.object({
      user,
      sessions: z.array(session),
      emailVerifiedAt: instant.nullable(),
      activity: z.array(auditEntry).describe('What you did, as the audit log has it, the newest first'),
    }),
    bookings: z.array(bookingWithHistory).describe('Every booking, with its payments and its history'),
    waitlist: z.array(waitlistEntry).describe('Every flight that you wait for, or have waited for'),
    reminders: z.array(reminder).describe('Every mail that was or will be sent'),
    notificationPreferences: notificationPreferences.describe('Which mails you want'),
  })
  .meta({ id: 'PersonalData' });

export type PersonalData = z.infer<typeof personalData>;

export const exportOwnDataRoute = defineRoute({
  id: 'exportOwnData',
  service,
  method: 'get',
  path: '/users/me/export',
  access: 'signed_in',
  summary: 'Everything that is held on you, of all services',
  answer: { status: 200, description: 'All of it, or 503: never a part', schema: personalData },
});
