import type { Books } from '../../sales-proof/books/books.ts';
import type { ToldParty } from '../told-parties.ts';

/** A moment in the life of one flight: its place among what was told of it, and the time by the services' clock. */
export type Moment = { readonly at: number; readonly atMs: number };

/** A party as the books have it, with what its client knows. */
export type Party = {
  readonly id: string;
  readonly userId: string;
  readonly position: number;
  readonly seats: number;
  readonly status: string;
  readonly bookingId: string | null;
  readonly told: ToldParty | undefined;
  /** When it was offered seats, each time, with the end of the offer. */
  readonly offers: readonly (Moment & { readonly endsAtMs: number })[];
};

/** A purchase by somebody who did not wait. */
export type Purchase = Moment & { readonly bookingId: string; readonly seats: number; readonly askedAtMs: number };

/** The seats of a flight after a transaction that changed them. */
export type SeatCount = Moment & { readonly capacity: number; readonly taken: number };

/**
 * What happened to one flight. Whoever changes seats holds the lock of the flight until its events are committed, so
 * that the order of the outbox is the order in which it happened.
 */
export type Chronicle = {
  readonly flightId: string;
  /** In the order of the line. */
  readonly parties: readonly Party[];
  readonly purchases: readonly Purchase[];
  readonly counts: readonly SeatCount[];
};

/** What was told of bookings: when, by type, in the order of the outbox. */
export type BookingNews = ReadonlyMap<string, readonly (Moment & { readonly type: string })[]>;

type EventRow = { id: number; type: string; subject: string; created_at_ms: number; envelope: string };
type PartyRow = {
  id: string;
  user_id: string;
  flight_id: string;
  position: number;
  seats: number;
  status: string;
  booking_id: string | null;
};
type BookedRow = { id: string; flight_id: string; seats: number; created_at_ms: number };

const types = [
  'booking.created',
  'booking.confirmed',
  'booking.cancelled',
  'booking.expired',
  'waitlist.offered',
  'inventory.changed',
];

const rowsPerPage = 2_000;

/** Reads the books once, and tells them flight by flight. */
export async function readChronicles(
  books: Books,
  told: ReadonlyMap<string, ToldParty>,
): Promise<{ readonly chronicles: readonly Chronicle[]; readonly news: BookingNews }> {
  const news = new Map<string, (Moment & { type: string })[]>();
  const offers = new Map<string, (Moment & { endsAtMs: number })[]>();
  const counts = new Map<string, SeatCount[]>();
  for await (const { id, type, subject, created_at_ms, envelope } of eventsOf(books)) {
    const moment = { at: Number(id), atMs: Number(created_at_ms) };
    if (type === 'inventory.changed') push(counts, subject, { ...moment, ...countOf(envelope) });
    else if (type === 'waitlist.offered') push(offers, subject, { ...moment, endsAtMs: endOf(envelope) });
    else push(news, subject, { ...moment, type });
  }

  const rows = await books.rows<PartyRow>(
    'SELECT id, user_id, flight_id, position, seats, status, booking_id FROM waitlist_entries ORDER BY flight_id, position',
  );
  const offered = new Set(rows.map((row) => row.booking_id));
  const booked = await books.rows<BookedRow>(
    `SELECT bookings.id, flight_id, seats, created_at_ms FROM bookings JOIN segments ON booking_id = bookings.id`,
  );
  const purchases = new Map<string, Purchase[]>();
  for (const { id, flight_id, seats, created_at_ms } of booked) {
    const created = news.get(id)?.find(({ type }) => type === 'booking.created');
    if (!created || offered.has(id)) continue;
    push(purchases, flight_id, { ...created, bookingId: id, seats: Number(seats), askedAtMs: Number(created_at_ms) });
  }

  const byFlight = Map.groupBy(rows, (row) => row.flight_id);
  const chronicles = Array.from(counts, ([flightId, own]): Chronicle => {
    const parties = (byFlight.get(flightId) ?? []).map((row) => toParty(row, told, offers));
    return { flightId, parties, purchases: purchases.get(flightId) ?? [], counts: own };
  });
  return { chronicles, news };
}

async function* eventsOf(books: Books): AsyncGenerator<EventRow> {
  for (let after = 0; ; ) {
    const rows = await books.rows<EventRow>(
      `SELECT id, type, subject, created_at_ms, envelope FROM outbox WHERE id > ? AND type IN (?)
       ORDER BY id LIMIT ${rowsPerPage}`,
      [after, types],
    );
    yield* rows;
    if (rows.length < rowsPerPage) return;
    after = Number(rows.at(-1)?.id);
  }
}

function push<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name);
  if (list) list.push(item);
  else lists.set(name, [item]);
}

function countOf(envelope: string): { capacity: number; taken: number } {
  // All flights of the proof have economy alone.
  const { data }: { data: { cabins: { capacity: number; sold: number; held: number }[] } } = JSON.parse(envelope);
  const [cabin] = data.cabins;
  return { capacity: cabin?.capacity ?? 0, taken: (cabin?.sold ?? 0) + (cabin?.held ?? 0) };
}

function endOf(envelope: string): number {
  const { data }: { data: { offerExpiresAt: string } } = JSON.parse(envelope);
  return Date.parse(data.offerExpiresAt);
}

function toParty(
  row: PartyRow,
  told: ReadonlyMap<string, ToldParty>,
  offers: ReadonlyMap<string, Party['offers']>,
): Party {
  return {
    id: row.id,
    userId: row.user_id,
    position: Number(row.position),
    seats: Number(row.seats),
    status: row.status,
    bookingId: row.booking_id,
    told: told.get(row.id),
    offers: offers.get(row.id) ?? [],
  };
}
