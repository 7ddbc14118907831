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
  declare currency: string;
  declare version: number;
  declare createdAtMs: number;
  declare updatedAtMs: number;
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

export class PassengerRow extends Model<InferAttributes<PassengerRow>, InferCreationAttributes<PassengerRow>> {
  declare id: string;
  declare bookingId: string;
  declare position: number;
  declare type: string;
  declare firstName: string;
  declare lastName: string;
  declare dateOfBirth: string | null;
}

/** The tables of bookings as Sequelize models, each bound to one database connection. */
export type Models = {
  readonly Booking: typeof BookingRow;
  readonly Segment: typeof SegmentRow;
  readonly Passenger: typeof PassengerRow;
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
      currency: text(),
      version: integer(),
      createdAtMs: integer(),
      updatedAtMs: integer(),
    },
    { sequelize, tableName: 'bookings' },
  );
  const Segment = class extends SegmentRow {};
  Segment.init(
    {
      bookingId: { ...text(), primaryKey: true },
      position: { ...integer(), primaryKey: true },
      flightId: text(),
      cabin: text(),
      seats: integer(),
      departsAtMs: integer(),
      priceMinor: integer(),
      flightVersion: integer(),
      details: { type: DataTypes.TEXT, allowNull: false },
    },
    { sequelize, tableName: 'segments' },
  );
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
  return { Booking, Segment, Passenger };
}
