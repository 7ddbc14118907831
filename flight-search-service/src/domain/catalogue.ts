import type { Airline, Airplane, Airport, City } from '@jetbridge/contracts/flights/schemas.ts';

type Items = { city: City; airport: Airport; airline: Airline; airplane: Airplane };

/** The kinds of things that flights are described by. */
export type CatalogueKind = keyof Items;
export type CatalogueItem<Kind extends CatalogueKind> = Items[Kind];

/** What a thing is known by: its code, or the id of an airplane. */
export function catalogueKeyOf(item: Items[CatalogueKind]): string {
  return 'id' in item ? item.id : item.code;
}
