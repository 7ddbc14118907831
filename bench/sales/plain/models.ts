import { DataTypes, type Model, type ModelAttributes, type ModelStatic, type Sequelize } from 'sequelize';

/** A table as a Sequelize model whose rows have these columns. */
type Table<Row extends object> = ModelStatic<Model<Row, Row>>;

export type FlightRow = { id: string; version: number; document: string; fetchedAtMs: number };
export type InventoryRow = { flightId: string; version: number; closed: number; flightVersion: number };
export type CabinRow = {
  flightId: string;
  cabin: string;
  capacity: number;
  sold: number;
  held: number;
  takenSeats: string | null;
};
export type BookingRow = {
  id: string;
  reference: string;
  userId: string;
  status: string;
  holdExpiresAtMs: number | null;
  contactEmail: string;
  contactPhone: string | null;
  totalMinor: number;
  currency: string;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
  announced: number;
};
export type SegmentRow = {
  bookingId: string;
  position: number;
  flightId: string;
  cabin: string;
  seats: number;
  departsAtMs: number;
  priceMinor: number;
  details: string;
  flightVersion: number;
};
export type PassengerRow = {
  id: string;
  bookingId: string;
  position: number;
  type: string;
  firstName: string;
  lastName: string;
  dateOfBirth: string | null;
};
export type SeatRow = { flightId: string; seat: string; bookingId: string; passengerId: string };
export type PaymentRow = {
  id: string;
  bookingId: string;
  activeBookingId: string | null;
  userId: string;
  provider: string;
  method: string;
  token: string | null;
  amountMinor: number;
  currency: string;
  status: string;
  failureCode: string | null;
  providerReference: string | null;
  idempotencyKey: string | null;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
  attemptDeadlineMs: number | null;
};
export type KeyRow = {
  userId: string;
  idempotencyKey: string;
  fingerprint: string;
  requestId: string;
  paymentId: string | null;
  answerStatus: number | null;
  answerVersion: number | null;
  answerBody: string | null;
  createdAtMs: number;
};
export type ChargeRow = {
  id: string;
  token: string;
  amountMinor: number;
  currency: string;
  status: string;
  failureCode: string | null;
  asked: number;
  createdAtMs: number;
};

/** The tables that a sale touches. */
export type Models = ReturnType<typeof defineModels>;

export function defineModels(sequelize: Sequelize) {
  function define<Row extends object>(tableName: string, columns: ModelAttributes<Model<Row, Row>, Row>): Table<Row> {
    return sequelize.define<Model<Row, Row>>(tableName, columns, { tableName });
  }
  return {
    Flight: define<FlightRow>('flights', { id: key(), version: number(), document: long(), fetchedAtMs: number() }),
    Inventory: define<InventoryRow>('flight_inventories', {
      flightId: key(),
      version: number(),
      closed: number(),
      flightVersion: number(),
    }),
    Cabin: define<CabinRow>('cabin_inventories', {
      flightId: key(),
      cabin: key(),
      capacity: number(),
      sold: number(),
      held: number(),
      takenSeats: long(),
    }),
    Booking: define<BookingRow>('bookings', {
      id: key(),
      reference: text(),
      userId: text(),
      status: text(),
      holdExpiresAtMs: number(),
      contactEmail: text(),
      contactPhone: text(),
      totalMinor: number(),
      currency: text(),
      version: number(),
      createdAtMs: number(),
      updatedAtMs: number(),
      announced: number(),
    }),
    Segment: define<SegmentRow>('segments', {
      bookingId: key(),
      position: { ...number(), primaryKey: true },
      flightId: text(),
      cabin: text(),
      seats: number(),
      departsAtMs: number(),
      priceMinor: number(),
      details: long(),
      flightVersion: number(),
    }),
    Passenger: define<PassengerRow>('passengers', {
      id: key(),
      bookingId: text(),
      position: number(),
      type: text(),
      firstName: text(),
      lastName: text(),
      dateOfBirth: text(),
    }),
    Seat: define<SeatRow>('seats', { flightId: key(), seat: key(), bookingId: text(), passengerId: text() }),
    Payment: define<PaymentRow>('payments', {
      id: key(),
      bookingId: text(),
      activeBookingId: text(),
      userId: text(),
      provider: text(),
      method: text(),
      token: text(),
      amountMinor: number(),
      currency: text(),
      status: text(),
      failureCode: text(),
      providerReference: text(),
      idempotencyKey: text(),
      version: number(),
      createdAtMs: number(),
      updatedAtMs: number(),
      attemptDeadlineMs: number(),
    }),
    Key: define<KeyRow>('idempotency_keys', {
      userId: key(),
      idempotencyKey: key(),
      fingerprint: text(),
      requestId: text(),
      paymentId: text(),
      answerStatus: number(),
      answerVersion: number(),
      answerBody: long(),
      createdAtMs: number(),
    }),
    Charge: define<ChargeRow>('sandbox_charges', {
      id: key(),
      token: text(),
      amountMinor: number(),
      currency: text(),
      status: text(),
      failureCode: text(),
      asked: number(),
      createdAtMs: number(),
    }),
  };
}

// Fresh objects for each column: Sequelize writes the column's name into them.
const key = () => ({ type: DataTypes.STRING, primaryKey: true });
const text = () => ({ type: DataTypes.STRING });
const long = () => ({ type: DataTypes.TEXT });
const number = () => ({ type: DataTypes.BIGINT });
