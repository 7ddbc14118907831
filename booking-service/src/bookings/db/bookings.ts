import type { BookingStatus } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { literal, Op, QueryTypes, type Transaction, type WhereOptions } from 'sequelize';
import { toPayment, toRefund } from '../../payments/db/payments.ts';
import type { BookingRecord, OpenChange, PassengerRecord, SegmentRecord } from '../domain/booking.ts';
import type { ChangeTerms } from './booking-rows.ts';
import { type BookingRow, defineModels, type PassengerRow, type SeatRow, type SegmentRow } from './models.ts';

/** Which bookings a list holds; newest first, from `after` on. */
export type BookingFilter = {
  readonly userId?: string | undefined;
  readonly flightId?: string | undefined;
  readonly status?: BookingStatus | undefined;
  readonly email?: string | undefined;
  readonly reference?: string | undefined;
  readonly after?: { readonly createdAtMs: number; readonly id: string } | undefined;
  readonly limit: number;
};

/** Bookings with their segments and passengers. */
export function createBookings({ sequelize, dialect }: Database) {
  const { Booking, Segment, ChangeSegment, Passenger, Seat, Payment, Refund } = defineModels(sequelize);

  /** One booking, its row locked until the transaction ends where one is given. */
  async function find(id: string, tx?: Transaction): Promise<BookingRecord | undefined> {
    const row = await Booking.findByPk(id, tx ? { transaction: tx, lock: tx.LOCK.UPDATE } : {});
    return row ? (await complete([row], tx))[0] : undefined;
  }

  async function findMany(ids: readonly string[]): Promise<BookingRecord[]> {
    return complete(await Booking.findAll({ where: { id: [...ids] } }));
  }

  async function list(filter: BookingFilter): Promise<BookingRecord[]> {
    const rows = await Booking.findAll({
      where: { [Op.and]: conditions(filter) },
      order: [
        ['createdAtMs', 'DESC'],
        ['id', 'DESC'],
      ],
      limit: filter.limit,
    });
    return complete(rows);
  }

  function conditions(filter: BookingFilter): WhereOptions[] {
    const { userId, flightId, status, email, reference, after } = filter;
    const where: WhereOptions[] = [];
    if (userId !== undefined) where.push({ userId });
    if (status !== undefined) where.push({ status });
    if (email !== undefined) where.push({ contactEmail: email.toLowerCase() });
    if (reference !== undefined) where.push({ reference: reference.toUpperCase() });
    if (flightId !== undefined) {
      const ofFlight = `SELECT booking_id FROM segments WHERE flight_id = ${sequelize.escape(flightId)}`;
      where.push({ id: { [Op.in]: literal(`(${ofFlight})`) } });
    }
    if (after) {
      where.push({
        [Op.or]: [
          { createdAtMs: { [Op.lt]: after.createdAtMs } },
          { createdAtMs: after.createdAtMs, id: { [Op.lt]: after.id } },
        ],
      });
    }
    return where;
  }

  /** Ids of bookings that live and hold this flight as it was before `version`, in the order of their ids. */
  async function findLiveBefore(flight: { flightId: string; version: number; limit: number }): Promise<string[]> {
    const rows = await sequelize.query<{ booking_id: string }>(
      `SELECT booking_id FROM segments JOIN bookings ON bookings.id = booking_id
       WHERE flight_id = ? AND flight_version < ? AND status IN ('pending', 'confirmed')
       ORDER BY booking_id LIMIT ?`,
      { replacements: [flight.flightId, flight.version, flight.limit], type: QueryTypes.SELECT },
    );
    return rows.map((row) => row.booking_id);
  }

  /** All bookings that live and hold this flight, the oldest first; there are never more than it has seats. */
  async function findLiveOf(flightId: string): Promise<BookingRecord[]> {
    const ofFlight = `SELECT booking_id FROM segments WHERE flight_id = ${sequelize.escape(flightId)}`;
    const rows = await Booking.findAll({
      where: { id: { [Op.in]: literal(`(${ofFlight})`) }, status: ['pending', 'confirmed'] },
      order: [
        ['createdAtMs', 'ASC'],
        ['id', 'ASC'],
      ],
    });
    return complete(rows);
  }

  /** The passengers' last names of the booking with this reference, if there is one that somebody was told of. */
  async function findNames(reference: string, tx: Transaction) {
    const rows = await sequelize.query<{ id: string; last_name: string }>(
      `SELECT bookings.id, last_name FROM bookings JOIN passengers ON booking_id = bookings.id
       WHERE reference = ? AND announced = 1`,
      { replacements: [reference], type: QueryTypes.SELECT, transaction: tx },
    );
    return { id: rows[0]?.id, lastNames: rows.map((row) => row.last_name) };
  }

  /** Puts a segment of a locked booking in the place of the one with the same flight. */
  async function replaceSegment(bookingId: string, segment: SegmentRecord, tx: Transaction): Promise<void> {
    const { flightId, departsAtMs, flightVersion, details } = segment;
    const changes = { departsAtMs, flightVersion, details: JSON.stringify(details) };
    await Segment.update(changes, { where: { bookingId, flightId }, transaction: tx });
  }

  /** Counts a locked booking's version up after a change of its segments, and returns it as it is now. */
  async function markChanged(record: BookingRecord, nowMs: number, tx: Transaction): Promise<BookingRecord> {
    const changes = { version: record.version + 1, updatedAtMs: nowMs };
    await Booking.update(changes, { where: { id: record.id }, transaction: tx });
    return { ...record, ...changes };
  }

  /** Those of these bookings that exist, their rows locked in the order of their ids. */
  async function lockMany(ids: readonly string[], tx: Transaction): Promise<BookingRecord[]> {
    return complete(await lockRows(ids, tx), tx);
  }

  /** Locks these bookings in the order of their ids; the versions of those that exist. */
  async function lockVersions(ids: readonly string[], tx: Transaction): Promise<Map<string, number>> {
    const rows = await sequelize.query<{ id: string; version: number }>(
      `SELECT id, version FROM bookings WHERE id IN (?) ORDER BY id ${dialect.forUpdate}`,
      { replacements: [[...ids]], type: QueryTypes.SELECT, transaction: tx },
    );
    return new Map(rows.map(({ id, version }) => [id, Number(version)]));
  }

  /** Pending bookings whose hold has ended and that nobody is paying for, the longest ago first. */
  async function findLapsed(nowMs: number, limit: number): Promise<BookingRecord[]> {
    const rows = await sequelize.query<{ id: string }>(
      `SELECT id FROM bookings WHERE hold_expires_at_ms <= ? AND status = 'pending' AND NOT EXISTS (
         SELECT 1 FROM payments WHERE payments.booking_id = bookings.id AND payments.status = 'processing'
       ) ORDER BY hold_expires_at_ms LIMIT ?`,
      { replacements: [nowMs, limit], type: QueryTypes.SELECT },
    );
    return rows.length === 0 ? [] : findMany(rows.map(({ id }) => id));
  }

  function lockRows(ids: readonly string[], tx: Transaction): Promise<BookingRow[]> {
    return Booking.findAll({ where: { id: [...ids] }, order: [['id', 'ASC']], transaction: tx, lock: tx.LOCK.UPDATE });
  }

  /** Adds what stands in other tables. */
  async function complete(rows: readonly BookingRow[], tx?: Transaction): Promise<BookingRecord[]> {
    if (rows.length === 0) return [];
    const ofThese = { where: { bookingId: rows.map(({ id }) => id) }, ...(tx ? { transaction: tx } : {}) };
    const inOrder = { ...ofThese, order: [['position', 'ASC']] as [string, string][] };
    const byAge = {
      ...ofThese,
      order: [
        ['createdAtMs', 'ASC'],
        ['id', 'ASC'],
      ] as [string, string][],
    };
    const segments = Map.groupBy(await Segment.findAll(inOrder), bookingIdOf);
    const passengers = Map.groupBy(await Passenger.findAll(inOrder), bookingIdOf);
    const seats = Map.groupBy(await Seat.findAll(ofThese), bookingIdOf);
    const payments = Map.groupBy(await Payment.findAll(byAge), bookingIdOf);
    const refunds = Map.groupBy(await Refund.findAll(byAge), bookingIdOf);
    // Hardly ever is there one, and that must cost nothing.
    const changing = rows.filter(({ openChange }) => openChange !== null);
    const added =
      changing.length === 0
        ? new Map<string, SegmentRow[]>()
        : Map.groupBy(
            await ChangeSegment.findAll({ ...inOrder, where: { bookingId: changing.map(({ id }) => id) } }),
            bookingIdOf,
          );
    return rows.map((row) => ({
      ...toBooking(row),
      openChange: toOpenChange(row, added.get(row.id) ?? []),
      segments: (segments.get(row.id) ?? []).map(toSegment),
      passengers: (passengers.get(row.id) ?? []).map((one) => toPassenger(one, seats.get(row.id) ?? [])),
      payments: (payments.get(row.id) ?? []).map(toPayment),
      refunds: (refunds.get(row.id) ?? []).map(toRefund),
    }));
  }

  return {
    find,
    findMany,
    lockMany,
    lockVersions,
    findLapsed,
    findNames,
    findLiveBefore,
    findLiveOf,
    list,
    markChanged,
    replaceSegment,
  };
}

export type Bookings = ReturnType<typeof createBookings>;

const bookingIdOf = ({ bookingId }: { bookingId: string }) => bookingId;

type InOtherTables = 'segments' | 'passengers' | 'payments' | 'refunds' | 'openChange';

function toBooking(row: BookingRow): Omit<BookingRecord, InOtherTables> {
  return {
    id: row.id,
    reference: row.reference,
    userId: row.userId,
    // A CHECK keeps the column to the statuses there are.
    status: row.status as BookingStatus,
    holdExpiresAtMs: row.holdExpiresAtMs === null ? null : Number(row.holdExpiresAtMs),
    contact: { email: row.contactEmail, phone: row.contactPhone },
    totalMinor: Number(row.totalMinor),
    feesMinor: Number(row.feesMinor),
    currency: row.currency,
    announced: Number(row.announced) === 1,
    version: Number(row.version),
    createdAtMs: Number(row.createdAtMs),
    updatedAtMs: Number(row.updatedAtMs),
  };
}

function toOpenChange({ openChange }: BookingRow, added: readonly SegmentRow[]): OpenChange | null {
  // `bookingRow` wrote it.
  return openChange === null ? null : { ...(JSON.parse(openChange) as ChangeTerms), added: added.map(toSegment) };
}

function toSegment(row: SegmentRow): SegmentRecord {
  return {
    flightId: row.flightId,
    // `insert` wrote both, from a checked cabin and from segment details.
    cabin: row.cabin as SegmentRecord['cabin'],
    details: JSON.parse(row.details) as SegmentRecord['details'],
    seats: Number(row.seats),
    departsAtMs: Number(row.departsAtMs),
    priceMinor: Number(row.priceMinor),
    flightVersion: Number(row.flightVersion),
  };
}

function toPassenger(row: PassengerRow, seats: readonly SeatRow[]): PassengerRecord {
  return {
    id: row.id,
    // A CHECK keeps the column to the types there are.
    type: row.type as PassengerRecord['type'],
    firstName: row.firstName,
    lastName: row.lastName,
    dateOfBirth: row.dateOfBirth,
    seats: Object.fromEntries(
      seats.filter(({ passengerId }) => passengerId === row.id).map(({ flightId, seat }) => [flightId, seat]),
    ),
  };
}
