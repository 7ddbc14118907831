import type { SeatMap } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Cabin } from '@jetbridge/contracts/flights/schemas.ts';
import type { SeatPlan } from '../domain/seats/seat-plan.ts';
import type { SeatSet } from '../domain/seats/seat-set.ts';

/** A cabin, row by row. What is free but not on sale is blocked. */
export function presentCabin(
  cabin: Cabin,
  plan: SeatPlan,
  { taken, isOnSale }: { taken: SeatSet | null; isOnSale: boolean },
): SeatMap['cabins'][number] {
  const seats = plan.seats.map(({ id, row, letter, window, aisle, exit }, number) => {
    const status = taken?.has(number) ? ('taken' as const) : isOnSale ? ('available' as const) : ('blocked' as const);
    return { row, seat: { seat: id, letter, status, window, aisle, exit } };
  });
  const rows = Array.from(
    Map.groupBy(seats, ({ row }) => row),
    ([row, ofRow]) => ({
      row,
      exit: ofRow.some(({ seat }) => seat.exit),
      seats: ofRow.map(({ seat }) => seat),
    }),
  );
  return { cabin, letters: plan.letters, rows };
}
