import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import type { Waitlist } from '../db/waitlist.ts';
import type { EntryStanding } from '../domain/waitlist-entry.ts';

/** A page of what a user waits for or has waited for, newest first. @throws HttpProblem 400 for a foreign cursor. */
export async function listWaitlist(
  waitlist: Waitlist,
  userId: string,
  asked: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<EntryStanding>> {
  const question = { userId };
  const position = readCursor(asked.cursor, question, ['number', 'string']);
  const after = position && { createdAtMs: position[0], id: position[1] };
  const found = await waitlist.list({ userId, after, limit: asked.limit + 1 });
  const positionOf = ({ entry }: EntryStanding) => [entry.createdAtMs, entry.id];
  return toPage(found, { limit: asked.limit, question, positionOf });
}
