import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import {
  type DeadLetter,
  dropDeadLetter,
  pageDeadLetters,
  readDeadLetter,
  requestReplay,
} from '@jetbridge/service-kit/events/dead-letters.ts';
import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import { ReminderError } from '../domain/errors.ts';

const service = 'reminder-service';

/** A page of the events that this service could not handle, the newest first. @throws HttpProblem 400 for a foreign cursor. */
export async function listLetters(
  database: Database,
  asked: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<DeadLetter>> {
  const position = readCursor(asked.cursor, asked, ['number', 'string']);
  const after = position && { deadAtMs: position[0], id: position[1] };
  const found = await pageDeadLetters(database, { after, limit: asked.limit + 1 });
  const positionOf = ({ deadAtMs, id }: DeadLetter) => [deadAtMs, id];
  return toPage(found, { limit: asked.limit, question: asked, positionOf });
}

/** Has an event tried again within seconds. @throws ReminderError `dead_letter_not_found` */
export async function replayLetter(database: Database, actor: string, id: string): Promise<DeadLetter> {
  const isThere = await requestReplay(database, id, { service, actor });
  const letter = isThere && (await readDeadLetter(database, id));
  if (!letter) throw notFound();
  return letter;
}

/** Gives an event up for good. @throws ReminderError `dead_letter_not_found` */
export async function dropLetter(database: Database, actor: string, id: string): Promise<void> {
  if (!(await dropDeadLetter(database, id, { service, actor }))) throw notFound();
}

const notFound = () => new ReminderError('dead_letter_not_found', 'There is no dead letter with this id.');
