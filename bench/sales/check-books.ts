import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

/** Differences that are told one by one; more are only counted. */
const maximumTold = 10;

type CabinCounts = { flight_id: string; sold: number; held: number; booked: number; seated: number };

/**
 * Compares a seller's books with what it answered: seats that are counted, booked and assigned, and charges.
 * @param answered.sold seats by flight id that were sold by the seller's word.
 * @param answered.charges whether it took money for them, and assigned the seats.
 * @returns the differences, in sentences.
 */
export async function checkBooks(
  { sequelize }: Database,
  answered: { sold: ReadonlyMap<string, number>; charges: boolean },
): Promise<string[]> {
  const cabins = await sequelize.query<CabinCounts>(
    `SELECT cabins.flight_id, cabins.sold, cabins.held,
       (SELECT COALESCE(SUM(segments.seats), 0) FROM segments JOIN bookings ON bookings.id = segments.booking_id
        WHERE segments.flight_id = cabins.flight_id AND bookings.status = 'confirmed') AS booked,
       (SELECT COUNT(*) FROM seats WHERE seats.flight_id = cabins.flight_id) AS seated
     FROM cabin_inventories AS cabins`,
    { type: QueryTypes.SELECT },
  );
  const differences = cabins.flatMap((cabin) => differencesOf(cabin, answered));
  const known = new Set(cabins.map((cabin) => cabin.flight_id));
  for (const flightId of answered.sold.keys()) {
    if (!known.has(flightId)) differences.push(`flight ${flightId} was sold and is not in the books`);
  }
  if (answered.charges) differences.push(...(await chargeDifferences(sequelize)));
  const more = differences.length - maximumTold;
  return more > 0 ? [...differences.slice(0, maximumTold), `${more} further differences`] : differences;
}

function differencesOf(
  cabin: CabinCounts,
  answered: { sold: ReadonlyMap<string, number>; charges: boolean },
): string[] {
  const sold = answered.sold.get(cabin.flight_id) ?? 0;
  const seats = { sold, held: 0, booked: sold, ...(answered.charges ? { seated: sold } : {}) };
  return Object.entries(seats)
    .map(([what, expected]) => ({ what, expected, found: Number(cabin[what as keyof typeof seats]) }))
    .filter(({ expected, found }) => found !== expected)
    .map(({ what, expected, found }) => `flight ${cabin.flight_id}: ${found} seats ${what} instead of ${expected}`);
}

async function chargeDifferences(sequelize: Database['sequelize']): Promise<string[]> {
  const [row] = await sequelize.query<{ booked: number; charged: number; bookings: number; charges: number }>(
    `SELECT (SELECT SUM(total_minor) FROM bookings) AS booked, (SELECT COUNT(*) FROM bookings) AS bookings,
       (SELECT SUM(amount_minor) FROM sandbox_charges WHERE status = 'succeeded') AS charged,
       (SELECT COUNT(*) FROM sandbox_charges) AS charges`,
    { type: QueryTypes.SELECT },
  );
  if (!row) return ['the charges could not be counted'];
  if (Number(row.booked) === Number(row.charged) && Number(row.bookings) === Number(row.charges)) return [];
  return [`${row.charges} charges of ${row.charged} for ${row.bookings} bookings of ${row.booked}`];
}
