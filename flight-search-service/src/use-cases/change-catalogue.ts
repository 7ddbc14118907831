import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Transaction } from 'sequelize';
import type { Catalogue, Versioned } from '../db/catalogue.ts';
import type { ReferenceData } from '../db/reference-data.ts';
import { type CatalogueItem, type CatalogueKind, catalogueKeyOf } from '../domain/catalogue.ts';
import { assertItem, isBoundToFlights } from '../domain/catalogue-rules.ts';
import { FlightError } from '../domain/errors.ts';
import { type CatalogueChange, catalogueChanged, catalogueDeed } from '../messaging/catalogue-events.ts';

export type CatalogueParts = {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly reference: ReferenceData;
};

/** What all changes of the catalogue have in common, so that each is told and audited in its transaction. */
async function commit(
  parts: CatalogueParts,
  change: CatalogueChange,
  write: (tx: Transaction) => Promise<void>,
): Promise<void> {
  try {
    await parts.database.write(async (tx) => {
      await write(tx);
      await appendEvents(parts.database, [catalogueChanged(change), catalogueDeed(change)], tx);
    });
  } catch (error) {
    if (!parts.catalogue.isTaken(error)) throw error;
    throw new FlightError('code_taken', 'There is one with this code or registration already.');
  }
  // Other processes hear of it; whoever asks this one next must not wait for that.
  await parts.reference.reload();
}

/** @throws FlightError `<kind>_not_found`. */
export async function readItem<Kind extends CatalogueKind>(
  { catalogue }: Pick<CatalogueParts, 'catalogue'>,
  kind: Kind,
  key: string,
  tx?: Transaction,
): Promise<Versioned<CatalogueItem<Kind>>> {
  const found = await catalogue.find(kind, key, tx);
  if (found) return found;
  throw new FlightError(`${kind}_not_found`, `There is no such ${kind}.`);
}

/** Adds a thing to the catalogue. @throws FlightError `code_taken`, or for what breaks a rule. */
export async function addItem<Kind extends CatalogueKind>(
  parts: CatalogueParts,
  actor: string,
  kind: Kind,
  item: CatalogueItem<Kind>,
): Promise<Versioned<CatalogueItem<Kind>>> {
  assertItem(item);
  const change = { kind, key: catalogueKeyOf(item), version: 1, action: 'created', actor, after: item } as const;
  await commit(parts, change, async (tx) => {
    await assertCity(parts.catalogue, item, tx);
    await parts.catalogue.insert(kind, item, tx);
  });
  return { item, version: 1 };
}

/**
 * Changes a thing of the catalogue. What flights were planned by stays as long as one of them refers to it.
 * @throws FlightError `<kind>_not_found`, `stale`, `in_use`, `code_taken`, or for what breaks a rule.
 */
export async function updateItem<Kind extends CatalogueKind>(
  parts: CatalogueParts,
  asked: {
    kind: Kind;
    key: string;
    change: (before: CatalogueItem<Kind>) => CatalogueItem<Kind>;
    ifVersion: number | undefined;
    actor: string;
  },
): Promise<Versioned<CatalogueItem<Kind>>> {
  const { kind, key, actor } = asked;
  const before = await readAtVersion(parts, asked);
  const item = asked.change(before.item);
  assertItem(item);
  const version = before.version + 1;
  const change = { kind, key, version, action: 'updated', actor, before: before.item, after: item } as const;
  await commit(parts, change, async (tx) => {
    await assertCity(parts.catalogue, item, tx);
    // Its row is locked by the change, so that no flight can come to refer to it unseen.
    if (!(await parts.catalogue.update(kind, item, before.version, tx))) throw changedMeanwhile();
    if (isBoundToFlights(before.item, item) && (await parts.catalogue.isInUse(kind, key, tx))) throw inUse(kind);
  });
  return { item, version };
}

/** Deletes a thing that nothing refers to. @throws FlightError `<kind>_not_found`, `stale`, or `in_use`. */
export async function deleteItem(
  parts: CatalogueParts,
  asked: { kind: CatalogueKind; key: string; ifVersion: number | undefined; actor: string },
): Promise<void> {
  const { kind, key, actor } = asked;
  const { item, version } = await readAtVersion(parts, asked);
  const change = { kind, key, version: version + 1, action: 'deleted', actor, before: item } as const;
  await commit(parts, change, async (tx) => {
    // First the row, then a look at who uses it: who begins to meanwhile waits for the row, and finds it gone.
    if (!(await parts.catalogue.remove(kind, key, version, tx))) throw changedMeanwhile();
    if (await parts.catalogue.isInUse(kind, key, tx)) throw inUse(kind);
  });
}

async function readAtVersion<Kind extends CatalogueKind>(
  parts: CatalogueParts,
  { kind, key, ifVersion }: { kind: Kind; key: string; ifVersion: number | undefined },
): Promise<Versioned<CatalogueItem<Kind>>> {
  const found = await readItem(parts, kind, key);
  if (ifVersion === undefined || ifVersion === found.version) return found;
  throw new FlightError('stale', `It has version ${found.version} now, not ${ifVersion}: read it again.`);
}

/** An airport lies in a city of the catalogue, which can't be deleted in the same moment. */
async function assertCity(catalogue: Catalogue, item: object, tx: Transaction): Promise<void> {
  if (!('cityCode' in item) || typeof item.cityCode !== 'string') return;
  if (await catalogue.holdOn('city', [item.cityCode], tx)) return;
  throw new FlightError('unknown_city', 'is no city of the catalogue', '/cityCode');
}

const changedMeanwhile = () => new FlightError('stale', 'Somebody changed it at the same time: read it and try again.');
const inUse = (kind: CatalogueKind) =>
  new FlightError('in_use', kind === 'city' ? 'Airports are served by this city.' : `Flights use this ${kind}.`);
