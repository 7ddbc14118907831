import type { SqlRow } from '@jetbridge/service-kit/database/dialect.ts';
import { insertRows } from '@jetbridge/service-kit/database/insert-rows.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { appendEvents } from '@jetbridge/service-kit/events/outbox.ts';
import type { Transaction } from 'sequelize';
import { historyRow } from '../../bookings/db/booking-history.ts';
import {
  bookingRow,
  changeSegmentRows,
  passengerRows,
  paymentRow,
  refundRow,
  segmentRows,
} from '../../bookings/db/booking-rows.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { historyOf } from '../../bookings/domain/booking-history.ts';
import type { FlightFollowUps } from '../../flights/db/flight-follow-ups.ts';
import { doneByStaff, inventoryChanged } from '../../messaging/booking-events.ts';
import { entryRow } from '../../waitlist/db/waitlist-rows.ts';
import { keyRow } from '../db/idempotency-keys.ts';
import type { Inventory } from '../db/inventory.ts';
import type { BookingChange, DeskState } from './desk-state.ts';

export type WriteStateParts = {
  readonly database: Database;
  readonly inventory: Inventory;
  readonly followUps: FlightFollowUps;
};

/** Writes what a batch made of its state: the same few statements, however many requests it had. */
export async function writeState(
  { database, inventory, followUps }: WriteStateParts,
  state: DeskState,
  tx: Transaction,
): Promise<void> {
  const replace = (table: string, rows: readonly SqlRow[], key: readonly string[]) =>
    database.dialect.insertOrReplace(database.sequelize, table, rows, key, tx);
  const insert = (table: string, rows: readonly SqlRow[]) => insertRows(database, table, rows, tx);

  // Claims fail when somebody else has made them meanwhile; later rows replace them where both happened in this batch.
  await insert('idempotency_keys', Array.from(state.claims.values(), keyRow));
  await replace('idempotency_keys', Array.from(state.answered.values(), keyRow), ['user_id', 'idempotency_key']);
  const holds = Array.from(state.holds, ([user_id, seats]) => ({ user_id, seats }));
  await replace('user_holds', holds, ['user_id']);
  await inventory.writeAll(
    [...state.changedFlights].map((flightId) => state.flight(flightId)),
    tx,
  );

  const changes = [...state.changes.values()].filter(({ before, gone }) => before !== undefined || !gone);
  await deleteBookings(database, changes, tx);
  const made = changes.filter(({ before }) => !before).map(({ after }) => after);
  await insert('bookings', made.map(bookingRow));
  await insert('segments', made.flatMap(segmentRows));
  await insert('passengers', made.flatMap(passengerRows));
  const kept = changes.filter(({ before, gone }) => before && !gone).map(({ after }) => after);
  await replace('bookings', kept.map(bookingRow), ['id']);
  await writeSegments(database, changes, tx);
  await writeSeats(database, changes, tx);
  await replace('payments', changes.flatMap(paymentRows(altered)), ['id']);
  await insert('payments', changes.flatMap(paymentRows(added)));
  await insert('refunds', changes.flatMap((change) => added(change, 'refunds')).map(refundRow));
  await replace('refunds', changes.flatMap((change) => altered(change, 'refunds')).map(refundRow), ['id']);
  const entries = state.steps.flatMap((step) => {
    const entry = historyOf(step);
    return entry ? [{ entry, by: step.by }] : [];
  });
  await insert(
    'booking_history',
    entries.map(({ entry }) => historyRow(entry)),
  );
  await insert('waitlist_entries', state.lines.added().map(entryRow));
  await replace('waitlist_entries', state.lines.changed().map(entryRow), ['id']);

  for (const [flightId, version] of state.followUps) await followUps.note({ flightId, version }, tx);

  const deeds = entries.filter(({ entry }) => entry.actor.type === 'staff').map(doneByStaff);
  await appendEvents(database, [...state.events, ...deeds, ...state.inventories().map(inventoryChanged)], tx);
}

const paymentRows = (select: typeof added) => (change: BookingChange) =>
  select(change, 'payments').map((payment) => paymentRow(payment, change.after.refunds));

type Part = 'payments' | 'refunds';

const idsBefore = ({ before }: BookingChange, part: Part) =>
  new Map((before?.[part] ?? []).map((one) => [one.id, one]));

function added<P extends Part>(change: BookingChange, part: P): BookingRecord[P][number][] {
  const before = idsBefore(change, part);
  return change.after[part].filter(({ id }) => !before.has(id));
}

function altered<P extends Part>(change: BookingChange, part: P): BookingRecord[P][number][] {
  const before = idsBefore(change, part);
  return change.after[part].filter((one) => before.has(one.id) && before.get(one.id) !== one);
}

async function deleteBookings(
  { sequelize }: Database,
  changes: readonly BookingChange[],
  tx: Transaction,
): Promise<void> {
  const ids = changes.filter(({ gone }) => gone).map(({ after }) => after.id);
  if (ids.length === 0) return;
  const options = { replacements: [ids], transaction: tx };
  await sequelize.query('DELETE FROM passengers WHERE booking_id IN (?)', options);
  await sequelize.query('DELETE FROM segments WHERE booking_id IN (?)', options);
  await sequelize.query('DELETE FROM bookings WHERE id IN (?)', options);
}

/** Segments of bookings whose flights are others now, and of changes that were opened or are over. */
async function writeSegments(database: Database, changes: readonly BookingChange[], tx: Transaction): Promise<void> {
  const rebooked = changes.filter(({ before, after, gone }) => before && !gone && before.segments !== after.segments);
  await replaceSegments(database, 'segments', rebooked, segmentRows, tx);
  const changing = changes.filter(({ before, after }) => before && before.openChange !== after.openChange);
  await replaceSegments(database, 'change_segments', changing, changeSegmentRows, tx);
}

async function replaceSegments(
  database: Database,
  table: 'segments' | 'change_segments',
  changes: readonly BookingChange[],
  rowsOf: (booking: BookingRecord) => SqlRow[],
  tx: Transaction,
): Promise<void> {
  if (changes.length === 0) return;
  const ids = changes.map(({ after }) => after.id);
  const options = { replacements: [ids], transaction: tx };
  await database.sequelize.query(`DELETE FROM ${table} WHERE booking_id IN (?)`, options);
  await insertRows(
    database,
    table,
    changes.flatMap(({ after }) => rowsOf(after)),
    tx,
  );
}

/** Seats that were given up go first, so that they may be taken by others of the same batch. */
async function writeSeats(database: Database, changes: readonly BookingChange[], tx: Transaction): Promise<void> {
  const left: SqlRow[] = [];
  const taken: SqlRow[] = [];
  for (const { before, after, gone } of changes) {
    const was = new Map(before ? seatRows(before) : []);
    const is = new Map(gone ? [] : seatRows(after));
    for (const [name, row] of was) if (is.get(name)?.passenger_id !== row.passenger_id) left.push(row);
    for (const [name, row] of is) if (was.get(name)?.passenger_id !== row.passenger_id) taken.push(row);
  }
  if (left.length > 0) {
    const places = left.map(() => '(flight_id = ? AND seat = ?)').join(' OR ');
    const replacements = left.flatMap((row) => [row.flight_id ?? null, row.seat ?? null]);
    await database.sequelize.query(`DELETE FROM seats WHERE ${places}`, { replacements, transaction: tx });
  }
  await insertRows(database, 'seats', taken, tx);
}

function seatRows({ id, passengers }: BookingRecord): [string, SqlRow][] {
  return passengers.flatMap((passenger) =>
    Object.entries(passenger.seats).map(([flightId, seat]): [string, SqlRow] => [
      `${flightId} ${seat}`,
      { flight_id: flightId, seat, booking_id: id, passenger_id: passenger.id },
    ]),
  );
}
