import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import { insertRows } from '@jetbridge/service-kit/database/insert-rows.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { type QueryOptionsWithType, QueryTypes, type Transaction } from 'sequelize';
import type { FareRecord, FlightRecord } from '../domain/flight.ts';
import { type FareRow, type FlightRow, toFareRows, toFlight, toFlightRow } from './flight-rows.ts';

/** Dated flights with their fares. */
export function createFlights({ sequelize, dialect }: Database) {
  async function insert(records: readonly FlightRecord[], tx: Transaction): Promise<void> {
    await insertRows({ sequelize, dialect }, 'flights', records.map(toFlightRow), tx);
    await insertRows({ sequelize, dialect }, 'fares', records.flatMap(toFareRows), tx);
  }

  /** Flights by id, in the order of the ids; unknown ones are left out. */
  async function find(ids: readonly string[]): Promise<FlightRecord[]> {
    if (ids.length === 0) return [];
    const options: QueryOptionsWithType<QueryTypes.SELECT> = { replacements: [[...ids]], type: QueryTypes.SELECT };
    const rows = await sequelize.query<FlightRow>('SELECT * FROM flights WHERE id IN (?)', options);
    const fares = await sequelize.query<FareRow>('SELECT * FROM fares WHERE flight_id IN (?)', options);
    const faresOf = Map.groupBy(fares, (row) => row.flight_id);
    const flights = new Map(rows.map((row) => [row.id, toFlight(row, faresOf.get(row.id) ?? [])]));
    return ids.flatMap((id) => flights.get(id) ?? []);
  }

  /** Which of these schedule keys (see `flightKeyOf`) are taken already. */
  async function findTakenKeys(keys: readonly string[], tx?: Transaction): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const rows = await sequelize.query<{ schedule_key: string }>(
      'SELECT schedule_key FROM flights WHERE schedule_key IN (?)',
      { replacements: [[...keys]], type: QueryTypes.SELECT, transaction: tx ?? null },
    );
    return new Set(rows.map((row) => row.schedule_key));
  }

  /** Takes over what booking-service says is taken; an older word than the last one changes nothing. */
  async function applyInventory(inventory: InventoryEventData, tx: Transaction): Promise<void> {
    const [, changed] = await sequelize.query(
      'UPDATE flights SET inventory_version = ? WHERE id = ? AND inventory_version < ?',
      {
        replacements: [inventory.version, inventory.flightId, inventory.version],
        type: QueryTypes.UPDATE,
        transaction: tx,
      },
    );
    if (changed === 0) return;
    for (const { cabin, sold, held } of inventory.cabins) {
      await sequelize.query('UPDATE fares SET taken = ? WHERE flight_id = ? AND cabin = ?', {
        replacements: [sold + held, inventory.flightId, cabin],
        type: QueryTypes.UPDATE,
        transaction: tx,
      });
    }
  }

  /**
   * Puts a flight's next state in the place of the one it was made from; false when that is not the present one any more.
   * A flight that is only delayed keeps the day it is named for, so that it can't clash with the next day's.
   */
  async function update(before: FlightRecord, after: FlightRecord, tx: Transaction): Promise<boolean> {
    const isRenamed = before.localDate !== after.localDate && after.status !== 'delayed';
    const { schedule_key, local_date, departs_at_ms, arrives_at_ms, ...row } = toFlightRow(after);
    const { departure_terminal, arrival_terminal, status, airplane_id, version } = row;
    const changes = {
      ...(isRenamed ? { schedule_key } : {}),
      ...{ local_date, departs_at_ms, arrives_at_ms, departure_terminal, arrival_terminal },
      ...{ status, airplane_id, version },
    };
    const [, changed] = await sequelize.query(
      `UPDATE flights SET ${Object.keys(changes)
        .map((column) => `${column} = ?`)
        .join(', ')} WHERE id = ? AND version = ?`,
      {
        replacements: [...Object.values(changes), before.id, before.version],
        type: QueryTypes.UPDATE,
        transaction: tx,
      },
    );
    if (changed === 0) return false;
    await dialect.insertOrKeep(sequelize, 'fares', toFareRows(after), tx);
    for (const fare of after.fares) await updateFare(after.id, fare, tx);
    return true;
  }

  /** All of a fare but what is taken, which comes from booking-service alone. */
  async function updateFare(flightId: string, fare: FareRecord, tx: Transaction): Promise<void> {
    const { priceMinor, seats, refundable, cancelFeeMinor, changeFeeMinor } = fare;
    await sequelize.query(
      `UPDATE fares SET price_minor = ?, seats = ?, refundable = ?, cancel_fee_minor = ?, change_fee_minor = ?
       WHERE flight_id = ? AND cabin = ?`,
      {
        replacements: [priceMinor, seats, refundable ? 1 : 0, cancelFeeMinor, changeFeeMinor, flightId, fare.cabin],
        type: QueryTypes.UPDATE,
        transaction: tx,
      },
    );
  }

  /** Deletes a flight; false when it is gone or has another version by now. */
  async function remove({ id, version }: FlightRecord, tx: Transaction): Promise<boolean> {
    const removed = await sequelize.query('DELETE FROM flights WHERE id = ? AND version = ?', {
      replacements: [id, version],
      type: QueryTypes.BULKDELETE,
      transaction: tx,
    });
    if (removed === 0) return false;
    await sequelize.query('DELETE FROM fares WHERE flight_id = ?', {
      replacements: [id],
      type: QueryTypes.BULKDELETE,
      transaction: tx,
    });
    return true;
  }

  /** Whether an error says that a flight with this number, origin and day is there already. */
  const isTaken = (error: unknown) => dialect.isUniqueViolation(error, 'schedule_key');

  return { insert, find, findTakenKeys, update, remove, applyInventory, isTaken };
}

export type Flights = ReturnType<typeof createFlights>;
