import type { CabinLayout } from '@jetbridge/contracts/flights/schemas.ts';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';
import type { Transaction } from 'sequelize';
import type { CabinRow, InventoryRow, Models } from './models.ts';
import { assignSeats } from './seats.ts';

/** A flight's seats under the lock of its row. */
type LockedFlight = { readonly inventory: InventoryRow; readonly cabins: readonly CabinRow[] };

/** Seats that are counted per flight and cabin; every change happens under the lock of the flight's row. */
export function createInventory({ Inventory, Cabin }: Models) {
  /** Locks flights in the order of their ids, so that two sales never wait for each other in a circle. */
  async function lock(flightIds: readonly string[], tx: Transaction) {
    const inventories = await Inventory.findAll({
      where: { flightId: [...flightIds] },
      order: [['flightId', 'ASC']],
      transaction: tx,
      lock: tx.LOCK.UPDATE,
    });
    const cabins = (await Cabin.findAll({ where: { flightId: [...flightIds] }, transaction: tx })).map(
      ({ dataValues }) => dataValues,
    );

    function cabinOf(flightId: string, cabin: string): CabinRow {
      const found = cabins.find((one) => one.flightId === flightId && one.cabin === cabin);
      if (!found) throw new Error(`Flight ${flightId} has no seats in ${cabin}.`);
      return found;
    }

    async function save(cabin: CabinRow, changes: Partial<CabinRow>): Promise<void> {
      Object.assign(cabin, changes);
      const { flightId, cabin: name } = cabin;
      await Cabin.update(changes, { where: { flightId, cabin: name }, transaction: tx });
    }

    return {
      /** @throws HttpProblem 409. */
      hold: async (flightId: string, cabinName: string, seats: number): Promise<void> => {
        const closed = inventories.some(({ dataValues: row }) => row.flightId === flightId && row.closed === 1);
        if (closed)
          throw new HttpProblem({ status: 409, code: 'flight_not_bookable', detail: 'The flight is closed.' });
        const cabin = cabinOf(flightId, cabinName);
        if (cabin.sold + cabin.held + seats > cabin.capacity) {
          throw new HttpProblem({ status: 409, code: 'sold_out', detail: 'Not enough seats are left.' });
        }
        await save(cabin, { held: cabin.held + seats });
      },

      /** Sells what was held, and returns the seats that were assigned: none when the cabin's layout is full or unknown. */
      confirm: async (
        flightId: string,
        cabinName: string,
        { layout, seats }: { layout: CabinLayout | undefined; seats: number },
      ): Promise<readonly string[]> => {
        const cabin = cabinOf(flightId, cabinName);
        const sale = { held: cabin.held - seats, sold: cabin.sold + seats };
        const assignment = layout && assignSeats(layout, cabin.takenSeats, seats);
        await save(cabin, assignment ? { ...sale, takenSeats: assignment.takenSeats } : sale);
        return assignment?.seats ?? [];
      },

      /** Gives back what was held. */
      release: async (flightId: string, cabinName: string, seats: number): Promise<void> => {
        const cabin = cabinOf(flightId, cabinName);
        await save(cabin, { held: cabin.held - seats });
      },

      /** Counts up the version of each flight, and says what its seats are now. */
      conclude: async (): Promise<LockedFlight[]> => {
        await Inventory.increment('version', { where: { flightId: [...flightIds] }, transaction: tx });
        return inventories.map(({ dataValues: row }) => ({
          inventory: { ...row, version: row.version + 1 },
          cabins: cabins.filter(({ flightId }) => flightId === row.flightId),
        }));
      },
    };
  }

  return { lock };
}
