import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes, type Transaction } from 'sequelize';
import { SeatSet } from '../domain/seats/seat-set.ts';
import { type SeatRow, toLockedCabin } from './inventory-rows.ts';

/** A cabin whose set of taken seats is not that of the people who have them. */
export type SeatSetDifference = {
  readonly flightId: string;
  readonly cabin: string;
  /** Taken by nobody, as `12A`. */
  readonly takenByNobody: readonly string[];
  /** Had by somebody, and free to be given to another. */
  readonly free: readonly string[];
};

/** What looks for seats that are drawn as taken and had by nobody, or the other way round. */
export function createSeatCheck({ sequelize }: Database) {
  /** Those cabins of these flights that differ. Sales that commit between the two looks show as differences. */
  async function differences(flightIds: readonly string[], tx?: Transaction): Promise<SeatSetDifference[]> {
    const cabins = await cabinsOf(flightIds, tx);
    const seats = await sequelize.query<{ flight_id: string; seat: string }>(
      'SELECT flight_id, seat FROM seats WHERE flight_id IN (?)',
      { replacements: [[...flightIds]], type: QueryTypes.SELECT, ...(tx ? { transaction: tx } : {}) },
    );
    const had = new Map(
      Map.groupBy(seats, (row) => row.flight_id)
        .entries()
        .map(([flightId, rows]) => [flightId, new Set(rows.map(({ seat }) => seat))]),
    );
    return cabins.flatMap((row) => differenceOf(row, had.get(row.flight_id) ?? new Set()));
  }

  function cabinsOf(flightIds: readonly string[], tx?: Transaction): Promise<SeatRow[]> {
    return sequelize.query<SeatRow>(
      'SELECT * FROM cabin_inventories WHERE flight_id IN (?) AND layout IS NOT NULL ORDER BY flight_id, cabin',
      { replacements: [[...flightIds]], type: QueryTypes.SELECT, ...(tx ? { transaction: tx } : {}) },
    );
  }

  /** Draws a cabin of a locked flight by the seats that people have. */
  async function correct({ flightId, cabin, takenByNobody, free }: SeatSetDifference, tx: Transaction): Promise<void> {
    const row = (await cabinsOf([flightId], tx)).find((one) => one.cabin === cabin);
    const { plan, taken } = row ? toLockedCabin(row) : { plan: null, taken: null };
    if (!plan || !taken) return;
    const corrected = SeatSet.fromText(taken.toText(), plan.seats.length);
    for (const seat of takenByNobody) corrected.delete(plan.numberOf(seat) ?? -1);
    for (const seat of free) corrected.add(plan.numberOf(seat) ?? -1);
    await sequelize.query('UPDATE cabin_inventories SET taken_seats = ? WHERE flight_id = ? AND cabin = ?', {
      replacements: [corrected.toText(), flightId, cabin],
      type: QueryTypes.UPDATE,
      transaction: tx,
    });
  }

  return { differences, correct };
}

export type SeatCheck = ReturnType<typeof createSeatCheck>;

function differenceOf(row: SeatRow, had: ReadonlySet<string>): SeatSetDifference[] {
  const { plan, taken, cabin } = toLockedCabin(row);
  if (!plan || !taken) return [];
  const takenByNobody: string[] = [];
  const free: string[] = [];
  for (const [number, { id }] of plan.seats.entries()) {
    if (taken.has(number) && !had.has(id)) takenByNobody.push(id);
    if (!taken.has(number) && had.has(id)) free.push(id);
  }
  return takenByNobody.length + free.length === 0 ? [] : [{ flightId: row.flight_id, cabin, takenByNobody, free }];
}
