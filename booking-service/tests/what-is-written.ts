import type { EventEnvelope } from '@jetbridge/contracts/events/envelope.ts';
import { expect } from 'vitest';
import type { BookingWorld } from './booking-world.ts';

type Rows = Pick<BookingWorld, 'rows'>;

/** Seats of a flight's economy, as they are counted; zeros before anybody asked for any. */
export async function countsOf({ rows }: Rows, flightId: string): Promise<{ sold: number; held: number }> {
  const [row] = await rows<{ sold: number; held: number }>(
    "SELECT sold, held FROM cabin_inventories WHERE flight_id = ? AND cabin = 'economy'",
    [flightId],
  );
  return row ?? { sold: 0, held: 0 };
}

/** Everything that was told of one thing, in the order it was written. */
export async function toldOf({ rows }: Rows, subject: string): Promise<EventEnvelope[]> {
  const found = await rows<{ envelope: string }>('SELECT envelope FROM outbox WHERE subject = ? ORDER BY id', [
    subject,
  ]);
  return found.map(({ envelope }): EventEnvelope => JSON.parse(envelope));
}

export const typesToldOf = async (world: Rows, subject: string) =>
  (await toldOf(world, subject)).map(({ type }) => type);

/** What was told of the payments of a user. */
export async function paymentsTold(world: Rows, userId: string): Promise<string[]> {
  const payments = await world.rows<{ id: string }>('SELECT id FROM payments WHERE user_id = ? ORDER BY id', [userId]);
  return (await Promise.all(payments.map(({ id }) => typesToldOf(world, id)))).flat();
}

/** How many seats a user is counted to hold unpaid. */
export async function heldBy({ rows }: Rows, userId: string): Promise<number> {
  const [row] = await rows<{ seats: number }>('SELECT seats FROM user_holds WHERE user_id = ?', [userId]);
  return row?.seats ?? 0;
}

/** What the sandbox bank took from a user and gave back, in minor units. */
export async function moneyOf({ rows }: Rows, userId: string): Promise<{ taken: number; returned: number }> {
  const sum = async (sql: string) => {
    const [row] = await rows<{ total: number | string | null }>(sql, [userId]);
    return Number(row?.total ?? 0);
  };
  return {
    taken: await sum(
      `SELECT SUM(sandbox_charges.amount_minor) AS total FROM sandbox_charges
       JOIN payments ON payments.id = sandbox_charges.id
       WHERE sandbox_charges.status = 'succeeded' AND payments.user_id = ?`,
    ),
    returned: await sum(
      `SELECT SUM(sandbox_refunds.amount_minor) AS total FROM sandbox_refunds
       JOIN payments ON payments.id = sandbox_refunds.charge_id WHERE payments.user_id = ?`,
    ),
  };
}

/** How often the bank knows a user; more than once where a payment was made twice. */
export const chargesOf = ({ rows }: Rows, userId: string) =>
  rows<{ id: string; token: string; status: string }>(
    `SELECT sandbox_charges.id, sandbox_charges.token, sandbox_charges.status FROM sandbox_charges
     JOIN payments ON payments.id = sandbox_charges.id WHERE payments.user_id = ?`,
    [userId],
  );

export const bookingsOf = ({ rows }: Rows, userId: string) =>
  rows<{ id: string; status: string; version: number }>('SELECT id, status, version FROM bookings WHERE user_id = ?', [
    userId,
  ]);

/** Seats of a flight that somebody has, by their names. */
export async function seatsTaken({ rows }: Rows, flightId: string): Promise<string[]> {
  const found = await rows<{ seat: string }>('SELECT seat FROM seats WHERE flight_id = ?', [flightId]);
  return found.map(({ seat }) => seat).toSorted();
}

/** That the seats counted of a flight, its set of taken seats and the bookings that live say the same. */
export async function expectNoDifference({ rows }: Rows, flightId: string): Promise<void> {
  const [booked] = await rows<{ sold: number | string; held: number | string }>(
    `SELECT COALESCE(SUM(CASE WHEN status = 'confirmed' THEN segments.seats ELSE 0 END), 0) AS sold,
       COALESCE(SUM(CASE WHEN status = 'pending' THEN segments.seats ELSE 0 END), 0) AS held
     FROM bookings JOIN segments ON booking_id = bookings.id WHERE flight_id = ? AND cabin = 'economy'`,
    [flightId],
  );
  expect(await countsOf({ rows }, flightId)).toEqual({ sold: Number(booked?.sold), held: Number(booked?.held) });
  const [set] = await rows<{ taken_seats: string | null }>(
    "SELECT taken_seats FROM cabin_inventories WHERE flight_id = ? AND cabin = 'economy'",
    [flightId],
  );
  const bits = Buffer.from(set?.taken_seats ?? '', 'base64');
  const size = bits.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  expect(size).toBe((await seatsTaken({ rows }, flightId)).length);
}
