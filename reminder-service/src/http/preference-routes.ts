import {
  readNotificationPreferencesRoute,
  replaceNotificationPreferencesRoute,
  unsubscribeRoute,
} from '@jetbridge/contracts/reminders/preference-routes.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { readIfMatch } from '@jetbridge/service-kit/http/entity-tags.ts';
import {
  type PreferenceParts,
  readPreferences,
  replacePreferences,
  unsubscribe,
} from '../use-cases/notification-preferences.ts';
import { checkOneClick } from './one-click.ts';
import { presentPreferences } from './present-preferences.ts';

/** Where people say which mails they want. */
export function preferenceRoutes(parts: PreferenceParts): BoundRoute[] {
  return [
    bindRoute(readNotificationPreferencesRoute, async ({ caller }) => {
      const { version, switchedOff } = await readPreferences(parts, caller.userId);
      return { body: presentPreferences(switchedOff), version };
    }),
    bindRoute(replaceNotificationPreferencesRoute, async ({ caller, body, header }) => {
      const off = new Set(Object.entries(body.kinds).flatMap(([kind, isOn]) => (isOn === false ? [kind] : [])));
      const choice = { userId: caller.userId, off, ifVersion: readIfMatch(header('if-match')) };
      const { version, switchedOff } = await replacePreferences(parts, choice);
      return { body: presentPreferences(switchedOff), version };
    }),
    bindRoute(unsubscribeRoute, async ({ params, body, header }) => {
      await checkOneClick(header('content-type'), body);
      await unsubscribe(parts, params.token ?? '');
      return { body: undefined };
    }),
  ];
}
