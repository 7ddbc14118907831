import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { ReminderKind, ReminderReason, ReminderStatus } from '../domain/reminder.ts';

export class BookingRow extends Model<InferAttributes<BookingRow>, InferCreationAttributes<BookingRow>> {
  declare id: string;
  declare userId: string;
  declare version: number;
  /** A `BookingCopy` as JSON. */
  declare document: string;
}

export class ReminderRow extends Model<InferAttributes<ReminderRow>, InferCreationAttributes<ReminderRow>> {
  declare id: string;
  /** In mails about accounts the id of what was asked for at auth-service, and then the reference is empty. */
  declare bookingId: string;
  declare bookingReference: string;
  declare kind: ReminderKind;
  /**
   * Empty for what concerns the booking as a whole: a unique key does not compare NULLs. Of occasional mails what they are
   * about: `v7`, or the id of a payment.
   */
  declare flightId: string;
  declare departsAtMs: number;
  declare recipient: string;
  declare dueAtMs: number;
  declare sendUntilMs: number;
  /** When it is tried (again), in business time. */
  declare attemptAtMs: number;
  declare status: ReminderStatus;
  declare reason: ReminderReason | null;
  declare attempts: number;
  declare leaseHolder: string | null;
  /** By the database's clock. */
  declare leaseUntilMs: number | null;
  declare sentAtMs: number | null;
  declare lastError: string | null;
  /** Null in mails about bookings. */
  declare userId: CreationOptional<string | null>;
  /** `MailDetails` as JSON, of occasional mails. */
  declare details: CreationOptional<string | null>;
}

export class MailRow extends Model<InferAttributes<MailRow>, InferCreationAttributes<MailRow>> {
  declare id: string;
  declare recipient: string;
  declare sentAtMs: number;
}

/** The tables of this service as Sequelize models, bound to one database connection. */
export type Models = {
  readonly Booking: typeof BookingRow;
  readonly Reminder: typeof ReminderRow;
  readonly Mail: typeof MailRow;
};

/** Binds the models to a connection. Subclasses, because a model knows one connection only. */
export function defineModels(sequelize: Sequelize): Models {
  // Functions, because Sequelize writes the column's name into the object that describes it.
  const text = () => ({ type: DataTypes.STRING, allowNull: false });
  const integer = () => ({ type: DataTypes.BIGINT, allowNull: false });
  const Booking = class extends BookingRow {};
  Booking.init(
    {
      id: { ...text(), primaryKey: true },
      userId: text(),
      version: integer(),
      document: { type: DataTypes.TEXT, allowNull: false },
    },
    { sequelize, tableName: 'bookings' },
  );
  const Reminder = class extends ReminderRow {};
  Reminder.init(
    {
      id: { ...text(), primaryKey: true },
      bookingId: text(),
      bookingReference: text(),
      kind: text(),
      flightId: text(),
      departsAtMs: integer(),
      recipient: text(),
      dueAtMs: integer(),
      sendUntilMs: integer(),
      attemptAtMs: integer(),
      status: text(),
      reason: DataTypes.STRING,
      attempts: integer(),
      leaseHolder: DataTypes.STRING,
      leaseUntilMs: DataTypes.BIGINT,
      sentAtMs: DataTypes.BIGINT,
      lastError: DataTypes.STRING,
      userId: DataTypes.STRING,
      details: DataTypes.TEXT,
    },
    { sequelize, tableName: 'reminders' },
  );
  const Mail = class extends MailRow {};
  Mail.init(
    { id: { ...text(), primaryKey: true }, recipient: text(), sentAtMs: integer() },
    { sequelize, tableName: 'sandbox_mails' },
  );
  return { Booking, Reminder, Mail };
}
