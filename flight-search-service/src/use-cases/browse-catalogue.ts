import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import type { Catalogue } from '../db/catalogue.ts';
import { type CatalogueItem, type CatalogueKind, catalogueKeyOf } from '../domain/catalogue.ts';

/**
 * A page of cities, airports, airlines or airplanes in the order of their keys.
 * @throws HttpProblem 400 for a cursor of another list.
 */
export async function browseCatalogue<Kind extends CatalogueKind>(
  catalogue: Catalogue,
  kind: Kind,
  asked: { q?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<Page<CatalogueItem<Kind>>> {
  // A cursor of airports would fit cities as well, whose codes look alike.
  const question = { ...asked, kind };
  const after = readCursor(asked.cursor, question, ['string'])?.[0];
  const found = await catalogue.list(kind, { q: asked.q, after, limit: asked.limit + 1 });
  return toPage(found, { limit: asked.limit, question, positionOf: (item) => [catalogueKeyOf(item)] });
}
