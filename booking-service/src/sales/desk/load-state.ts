import type { Transaction } from 'sequelize';
import type { Bookings } from '../../bookings/db/bookings.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import type { FlightCopies, FlightCopy } from '../../flights/db/flights.ts';
import type { Waitlist } from '../../waitlist/db/waitlist.ts';
import type { IdempotencyKeys } from '../db/idempotency-keys.ts';
import type { Inventory } from '../db/inventory.ts';
import type { UserHolds } from '../db/user-holds.ts';
import type { DeskNeeds, DeskRequest } from './desk-request.ts';
import { DeskState } from './desk-state.ts';
import { type LoadedLines, noLines } from './waiting-lines.ts';

export type LoadStateParts = {
  readonly keys: IdempotencyKeys;
  readonly userHolds: UserHolds;
  readonly inventory: Inventory;
  readonly bookings: Bookings;
  readonly copies: FlightCopies;
  readonly waitlist: Waitlist;
};

/**
 * Reads and locks what a batch needs, always in one order, so that batches can wait for each other but never in a
 * circle: counts of users, flights, bookings, each by id. (Keys are not locked but claimed at the end; who comes second
 * fails on the unique key, and its batch begins again.)
 * @param alsoHolders users whose counts are locked as well, because they may be offered seats.
 */
export async function loadState(
  parts: LoadStateParts,
  requests: readonly DeskRequest<unknown>[],
  tx: Transaction,
  alsoHolders: ReadonlySet<string>,
): Promise<DeskState> {
  const needs = requests.map((request) => request.needs);
  const holders = needs.flatMap(({ holder }) => (holder ? [holder] : []));
  const changing = holders.filter(({ changes }) => changes).map(({ userId }) => userId);
  const lockedHolders = new Set([...changing, ...alsoHolders]);
  const otherHolders = new Set(holders.map(({ userId }) => userId).filter((userId) => !lockedHolders.has(userId)));
  const heldSeats = new Map([
    ...(lockedHolders.size > 0 ? await parts.userHolds.lock([...lockedHolders], tx) : []),
    ...(otherHolders.size > 0 ? await parts.userHolds.read([...otherHolders], tx) : []),
  ]);

  const flights = needs.flatMap((need) => need.flights);
  const copies = flights.filter((flight): flight is FlightCopy => typeof flight !== 'string');
  if (copies.length > 0) await parts.inventory.open(copies, tx);
  const flightIds = new Set(flights.map(flightIdOf));
  const locked = await parts.inventory.lockAll([...flightIds], tx);

  const lines = await loadLines(parts, needs, tx);

  const known = new Map(needs.flatMap((need) => need.bookings ?? []).map((booking) => [booking.id, booking]));
  const bookings = known.size > 0 ? await lockBookings(parts.bookings, known, tx) : [];

  // Last: whoever answers a key holds the lock of its booking, and what was answered while we waited must be seen.
  const claims = requests.flatMap(({ idempotency }) => (idempotency ? [idempotency.claim] : []));
  const wanted = [...claims, ...needs.flatMap(({ answers }) => answers ?? [])];
  const keys = wanted.length > 0 ? await parts.keys.find(wanted, tx) : [];
  return new DeskState({ flights: locked, bookings, heldSeats, lockedHolders, keys, lines });
}

const flightIdOf = (flight: FlightCopy | string) => (typeof flight === 'string' ? flight : flight.flight.id);

/** Who waits for seats that may become free. Where nobody does, that is one look at an index. */
export async function loadLines(
  { waitlist, copies }: Pick<LoadStateParts, 'waitlist' | 'copies'>,
  needs: readonly Pick<DeskNeeds, 'flights' | 'frees' | 'waitlist'>[],
  tx: Transaction,
): Promise<LoadedLines> {
  const freeing = new Set(needs.flatMap(({ frees, flights }) => (frees ? flights.map(flightIdOf) : [])));
  const wanted = needs.flatMap((need) => need.waitlist ?? []);
  const entryIds = wanted.flatMap((one) => ('entryId' in one ? [one.entryId] : []));
  const userIds = wanted.flatMap((one) => ('joiningUserId' in one ? [one.joiningUserId] : []));
  if (freeing.size === 0 && wanted.length === 0) return noLines;
  const entries = [
    ...(freeing.size > 0 ? await waitlist.linesOf([...freeing], tx) : []),
    ...(entryIds.length > 0 ? await waitlist.findMany(entryIds, tx) : []),
    ...(userIds.length > 0 ? await waitlist.openOf(userIds, tx) : []),
  ];
  const isJoined = userIds.length > 0;
  const waitedFor = isJoined ? freeing : new Set(entries.map(({ flightId }) => flightId));
  const lines = [...waitedFor].filter((id) => freeing.has(id));
  return {
    entries,
    lastPositions: isJoined ? await waitlist.lastPositionsOf(lines, tx) : [],
    copies: lines.length > 0 ? await copies.find(lines, tx) : new Map(),
  };
}

/** The bookings as they are now; those that were not changed since they were seen are not read again. */
async function lockBookings(
  bookings: Bookings,
  known: ReadonlyMap<string, BookingRecord>,
  tx: Transaction,
): Promise<BookingRecord[]> {
  const versions = await bookings.lockVersions([...known.keys()], tx);
  const current: BookingRecord[] = [];
  const changed: string[] = [];
  for (const [id, version] of versions) {
    const booking = known.get(id);
    if (booking?.version === version) current.push(booking);
    else changed.push(id);
  }
  return changed.length === 0 ? current : [...current, ...(await bookings.lockMany(changed, tx))];
}
