import {
  dropDeadLetterRoute,
  listDeadLettersRoute,
  replayDeadLetterRoute,
} from '@jetbridge/contracts/reminders/dead-letter-routes.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import { dropLetter, listLetters, replayLetter } from '../use-cases/dead-letters.ts';
import { presentDeadLetter } from './present-dead-letter.ts';

/** The doors to the events that this service could not handle. */
export function deadLetterRoutes(database: Database): BoundRoute[] {
  return [
    bindRoute(listDeadLettersRoute, async ({ query }) => {
      const { data, nextCursor } = await listLetters(database, query);
      return { body: { data: data.map(presentDeadLetter), nextCursor } };
    }),
    bindRoute(replayDeadLetterRoute, async ({ params, caller }) => ({
      body: presentDeadLetter(await replayLetter(database, caller.userId, params.id ?? '')),
    })),
    bindRoute(dropDeadLetterRoute, async ({ params, caller }) => {
      await dropLetter(database, caller.userId, params.id ?? '');
      return { body: undefined };
    }),
  ];
}
