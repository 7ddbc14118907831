import type { BookingStatus } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { literal, Op, QueryTypes, type Transaction, type WhereOptions } from 'sequelize';
import type { BookingRecord, PassengerRecord, SegmentRecord } from '../domain/booking.ts';
import { type BookingRow, defineModels, type PassengerRow, type SegmentRow } from './models.ts';

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
  const { Booking, Segment, Passenger } = defineModels(sequelize);

  async function insert(record: BookingRecord, tx: Transaction): Promise<void> {
    const { contact, segments, passengers, ...booking } = record;
    await Booking.create({ ...booking, contactEmail: contact.email, contactPhone: contact.phone }, { transaction: tx });
    await Segment.bulkCreate(
      segments.map(({ details, ...segment }, position) => ({
        ...segment,
        bookingId: record.id,
        position,
        details: JSON.stringify(details),
      })),
      { transaction: tx },
    );
    await Passenger.bulkCreate(
      passengers.map((passenger, position) => ({ ...passenger, bookingId: record.id, position })),
      { transaction: tx },
    );
  }

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

  /** Marks a booking cancelled and returns it as it is now. */
  async function markCancelled(record: BookingRecord, nowMs: number, tx: Transaction): Promise<BookingRecord> {
    const changes = { status: 'cancelled', version: record.version + 1, updatedAtMs: nowMs } as const;
    await Booking.update(changes, { where: { id: record.id }, transaction: tx });
    return { ...record, ...changes };
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

  async function complete(rows: readonly BookingRow[], tx?: Transaction): Promise<BookingRecord[]> {
    if (rows.length === 0) return [];
    const options = {
      where: { bookingId: rows.map(({ id }) => id) },
      order: [
        ['bookingId', 'ASC'],
        ['position', 'ASC'],
      ] as [string, string][],
      ...(tx ? { transaction: tx } : {}),
    };
    const segments = Map.groupBy(await Segment.findAll(options), (row) => row.bookingId);
    const passengers = Map.groupBy(await Passenger.findAll(options), (row) => row.bookingId);
    return rows.map((row) => ({
      ...toBooking(row),
      segments: (segments.get(row.id) ?? []).map(toSegment),
      passengers: (passengers.get(row.id) ?? []).map(toPassenger),
    }));
  }

  /** Whether an error says that the reference is taken, so that another one may do. */
  function isReferenceTaken(error: unknown): boolean {
    return dialect.isUniqueViolation(error, 'reference');
  }

  return {
    insert,
    find,
    findMany,
    findLiveBefore,
    list,
    markCancelled,
    markChanged,
    replaceSegment,
    isReferenceTaken,
  };
}

export type Bookings = ReturnType<typeof createBookings>;

function toBooking(row: BookingRow): Omit<BookingRecord, 'segments' | 'passengers'> {
  return {
    id: row.id,
    reference: row.reference,
    userId: row.userId,
    // A CHECK keeps the column to the statuses there are.
    status: row.status as BookingStatus,
    holdExpiresAtMs: row.holdExpiresAtMs === null ? null : Number(row.holdExpiresAtMs),
    contact: { email: row.contactEmail, phone: row.contactPhone },
    totalMinor: Number(row.totalMinor),
    currency: row.currency,
    version: Number(row.version),
    createdAtMs: Number(row.createdAtMs),
    updatedAtMs: Number(row.updatedAtMs),
  };
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

function toPassenger(row: PassengerRow): PassengerRecord {
  return {
    id: row.id,
    // A CHECK keeps the column to the types there are.
    type: row.type as PassengerRecord['type'],
    firstName: row.firstName,
    lastName: row.lastName,
    dateOfBirth: row.dateOfBirth,
  };
}
