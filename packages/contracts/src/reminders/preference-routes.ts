import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { type ReminderKind, reminderKinds } from './routes.ts';

const service = 'reminder-service';

/** Kinds that somebody may switch off; all others are always sent. */
const switchableKinds: ReadonlySet<ReminderKind> = new Set(['departure_24h', 'departure_2h']);

const isSent = z.boolean('must be true or false');
const isAlwaysSent = isSent.refine((isOn) => isOn, {
  message: 'is always sent and can not be switched off',
  params: { code: 'always_sent' },
});

const choices = (ofKind: (kind: ReminderKind) => z.ZodType<boolean | undefined>) =>
  z.strictObject(Object.fromEntries(reminderKinds.map((kind) => [kind, ofKind(kind)])));

/** Of each kind of mail whether it is sent. */
export const notificationPreferences = z
  .object({ kinds: z.record(z.enum(reminderKinds), z.boolean()).describe('Of each kind of mail whether it is sent') })
  .meta({ id: 'NotificationPreferences' });
export type NotificationPreferences = z.infer<typeof notificationPreferences>;

/** What somebody wants from now on; a kind that is left out is sent. */
const chosenPreferences = z.strictObject({
  kinds: choices((kind) => (switchableKinds.has(kind) ? isSent : isAlwaysSent).optional()).describe(
    'A kind that is left out is sent',
  ),
});

export const readNotificationPreferencesRoute = defineRoute({
  id: 'readNotificationPreferences',
  service,
  method: 'get',
  path: '/users/me/notification-preferences',
  access: 'signed_in',
  summary: 'Which mails you get',
  answer: { status: 200, description: 'Your preferences', schema: notificationPreferences, tagged: true },
});

export const replaceNotificationPreferencesRoute = defineRoute({
  id: 'replaceNotificationPreferences',
  service,
  method: 'put',
  path: '/users/me/notification-preferences',
  access: 'signed_in',
  summary: 'Choose which mails you get',
  body: chosenPreferences,
  answer: { status: 200, description: 'Your preferences from now on', schema: notificationPreferences, tagged: true },
  problems: ['stale'],
});

/** What the one click of RFC 8058 sends; a page of ours may send no body at all. */
export const unsubscribeMediaTypes = ['application/x-www-form-urlencoded', 'multipart/form-data'] as const;

export const unsubscribeRoute = defineRoute({
  id: 'unsubscribe',
  service,
  method: 'post',
  path: '/unsubscribe/:token',
  access: 'anyone',
  summary: 'Have no more mails of a kind sent to the address of a mail',
  rawBody: true,
  rawMediaTypes: unsubscribeMediaTypes,
  answer: { status: 204, description: 'No more of them are sent' },
  problems: ['unsubscribe_token_invalid', 'unsupported_media_type', 'body_too_large'],
});
