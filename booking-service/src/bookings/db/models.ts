import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

export class BookingRow extends Model<InferAttributes<BookingRow>, InferCreationAttributes<BookingRow>> {
  declare id: string;
  declare reference: string;
  declare userId: string;
  declare status: string;
  declare holdExpiresAtMs: CreationOptional<number | null>;
  declare contactEmail: string;
  declare contactPhone: string | null;
  declare totalMinor: number;
  declare feesMinor: CreationOptional<number>;
  declare currency: string;
  declare announced: number;
  declare version: number;
  declare createdAtMs: number;
  declare updatedAtMs: number;
  declare openChange: CreationOptional<string | null>;
}

export class SegmentRow extends Model<InferAttributes<SegmentRow>, InferCreationAttributes<SegmentRow>> {
  declare bookingId: string;
  declare position: number;
  declare flightId: string;
  declare cabin: string;
  declare seats: number;
  declare departsAtMs: number;
  declare priceMinor: number;
  declare flightVersion: number;
  declare details: string;
}

/** A segment of a change that is open. */
export class ChangeSegmentRow extends SegmentRow {}

export class PassengerRow extends Model<InferAttributes<PassengerRow>, InferCreationAttributes<PassengerRow>> {
  declare id: string;
  declare bookingId: string;
  declare position: number;
  declare type: string;
  declare firstName: string;
  declare lastName: string;
  declare dateOfBirth: string | null;
}

export class SeatRow extends Model<InferAttributes<SeatRow>, InferCreationAttributes<SeatRow>> {
  declare flightId: string;
  declare seat: string;
  declare bookingId: string;
  declare passengerId: string;
}

export class PaymentRow extends Model<InferAttributes<PaymentRow>, InferCreationAttributes<PaymentRow>> {
  declare id: string;
  declare bookingId: string;
  declare userId: string;
  declare purpose: CreationOptional<string>;
  declare provider: string;
  declare method: string;
  declare token: string | null;
  declare amountMinor: number;
  declare currency: string;
  declare status: string;
  declare failureCode: string | null;
  declare providerReference: string | null;
  declare idempotencyKey: string | null;
  declare version: number;
  declare createdAtMs: number;
  declare updatedAtMs: number;
  declare attemptDeadlineMs: number | null;
}

export class RefundRow extends Model<InferAttributes<RefundRow>, InferCreationAttributes<RefundRow>> {
  declare id: string;
  declare paymentId: string;
  declare bookingId: string;
  declare amountMinor: number;
  declare currency: string;
  declare status: string;
  declare rule: string;
  declare failureCode: string | null;
  declare providerReference: string | null;
  declare createdAtMs: number;
  declare updatedAtMs: number;
  declare attemptDeadlineMs: number | null;
}

/** The tables of bookings as Sequelize models, each bound to one database connection. */
export type Models = {
  readonly Booking: typeof BookingRow;
  readonly Segment: typeof SegmentRow;
  readonly ChangeSegment: typeof ChangeSegmentRow;
  readonly Passenger: typeof PassengerRow;
  readonly Seat: typeof SeatRow;
  readonly Payment: typeof PaymentRow;
  readonly Refund: typeof RefundRow;
};

/** Binds the models to a connection. Subclasses, because a model knows one connection only. */
export function defineModels(sequelize: Sequelize): Models {
  // Fresh objects for each column: Sequelize writes the column's name into them.
  const text = () => ({ type: DataTypes.STRING, allowNull: false });
  const integer = () => ({ type: DataTypes.BIGINT, allowNull: false });
  const Booking = class extends BookingRow {};
  Booking.init(
    {
      id: { ...text(), primaryKey: true },
      reference: text(),
      userId: text(),
      status: text(),
      holdExpiresAtMs: DataTypes.BIGINT,
      contactEmail: text(),
      contactPhone: DataTypes.STRING,
      totalMinor: integer(),
      feesMinor: integer(),
      currency: text(),
      announced: integer(),
      version: integer(),
      createdAtMs: integer(),
      updatedAtMs: integer(),
      openChange: DataTypes.TEXT,
    },
    { sequelize, tableName: 'bookings' },
  );
  const segmentColumns = () => ({
    bookingId: { ...text(), primaryKey: true },
    position: { ...integer(), primaryKey: true },
    flightId: text(),
    cabin: text(),
    seats: integer(),
    departsAtMs: integer(),
    priceMinor: integer(),
    flightVersion: integer(),
    details: { type: DataTypes.TEXT, allowNull: false },
  });
  const Segment = class extends SegmentRow {};
  Segment.init(segmentColumns(), { sequelize, tableName: 'segments' });
  const ChangeSegment = class extends ChangeSegmentRow {};
  ChangeSegment.init(segmentColumns(), { sequelize, tableName: 'change_segments' });
  const Passenger = class extends PassengerRow {};
  Passenger.init(
    {
      id: { ...text(), primaryKey: true },
      bookingId: text(),
      position: integer(),
      type: text(),
      firstName: text(),
      lastName: text(),
      dateOfBirth: DataTypes.STRING,
    },
    { sequelize, tableName: 'passengers' },
  );
  const Seat = class extends SeatRow {};
  Seat.init(
    {
      flightId: { ...text(), primaryKey: true },
      seat: { ...text(), primaryKey: true },
      bookingId: text(),
      passengerId: text(),
    },
    { sequelize, tableName: 'seats' },
  );
  const Payment = class extends PaymentRow {};
  Payment.init(
    {
      id: { ...text(), primaryKey: true },
      bookingId: text(),
      userId: text(),
      purpose: text(),
      provider: text(),
      method: text(),
      token: DataTypes.STRING,
      amountMinor: integer(),
      currency: text(),
      status: text(),
      failureCode: DataTypes.STRING,
      providerReference: DataTypes.STRING,
      idempotencyKey: DataTypes.STRING,
      version: integer(),
      createdAtMs: integer(),
      updatedAtMs: integer(),
      attemptDeadlineMs: DataTypes.BIGINT,
    },
    { sequelize, tableName: 'payments' },
  );
  const Refund = class extends RefundRow {};
  Refund.init(
    {
      id: { ...text(), primaryKey: true },
      paymentId: text(),
      bookingId: text(),
      amountMinor: integer(),
      currency: text(),
      status: text(),
      rule: text(),
      failureCode: DataTypes.STRING,
      providerReference: DataTypes.STRING,
      createdAtMs: integer(),
      updatedAtMs: integer(),
      attemptDeadlineMs: DataTypes.BIGINT,
    },
    { sequelize, tableName: 'refunds' },
  );
  return { Booking, Segment, ChangeSegment, Passenger, Seat, Payment, Refund };
}
