import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import type { PrefixQuestion } from '../db/catalogue.ts';

/**
 * A page of airports, airlines or airplanes in the order of their keys.
 * @throws HttpProblem 400 for a cursor of another list.
 */
export async function browseCatalogue<T>(
  list: (asked: PrefixQuestion) => Promise<T[]>,
  keyOf: (item: T) => string,
  asked: { q?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<Page<T>> {
  const after = readCursor(asked.cursor, asked, ['string'])?.[0];
  const found = await list({ q: asked.q, after, limit: asked.limit + 1 });
  return toPage(found, { limit: asked.limit, question: asked, positionOf: (item) => [keyOf(item)] });
}
