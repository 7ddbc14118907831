import type { SeatPlan } from './seat-plan.ts';
import type { SeatSet } from './seat-set.ts';

/**
 * Free seats for people who travel together: beside those of the party who have a seat, else side by side without an
 * aisle between, else in one row, else as near to each other as can be.
 * @param beside numbers of the seats that others of the party have.
 * @returns seat numbers, or nothing when fewer than `count` seats are free.
 */
export function assignSeats(
  plan: SeatPlan,
  taken: SeatSet,
  count: number,
  beside: readonly number[] = [],
): number[] | undefined {
  if (count === 0) return [];
  if (beside.length > 0) return nearest(plan, taken, count, beside);
  return (
    runOf(plan, taken, count, { overAisles: false }) ??
    runOf(plan, taken, count, { overAisles: true }) ??
    spread(plan, taken, count)
  );
}

/** The first `count` free seats that stand side by side in one row. */
function runOf(
  plan: SeatPlan,
  taken: SeatSet,
  count: number,
  { overAisles }: { overAisles: boolean },
): number[] | undefined {
  if (count > plan.seatsPerRow) return undefined;
  let length = 0;
  for (let number = 0; number < plan.seats.length; number++) {
    if (taken.has(number)) length = 0;
    else if (startsRun(plan, number, overAisles)) length = 1;
    else length += 1;
    if (length === count) return Array.from({ length: count }, (_, index) => number - count + 1 + index);
  }
  return undefined;
}

/** Whether the seat has none beside it on its left: at a new row, or, where it matters, behind an aisle. */
function startsRun({ seats, seatsPerRow }: SeatPlan, number: number, overAisles: boolean): boolean {
  return number % seatsPerRow === 0 || (!overAisles && seats[number]?.leftmost === true);
}

/** A party too large for any row: a seat where many are free around it, and the nearest to that one. */
function spread(plan: SeatPlan, taken: SeatSet, count: number): number[] | undefined {
  const free = plan.seats.flatMap((_, number) => (taken.has(number) ? [] : [number]));
  if (free.length < count) return undefined;
  // Free seats are in order: the shortest stretch that holds enough of them is the closest together.
  let best = 0;
  const lengthFrom = (start: number) => (free[start + count - 1] ?? Number.POSITIVE_INFINITY) - (free[start] ?? 0);
  for (let start = 1; start + count <= free.length; start++) if (lengthFrom(start) < lengthFrom(best)) best = start;
  return free.slice(best, best + count);
}

function nearest(plan: SeatPlan, taken: SeatSet, count: number, beside: readonly number[]): number[] | undefined {
  const free = plan.seats.flatMap((_, number) => (taken.has(number) ? [] : [number]));
  if (free.length < count) return undefined;
  return free.toSorted((one, other) => distance(plan, one, beside) - distance(plan, other, beside)).slice(0, count);
}

/** A row away is as far as three seats in the row. */
const seatsPerRowStep = 3;

function distance({ letters, seats }: SeatPlan, number: number, beside: readonly number[]): number {
  const seat = seats[number];
  const distances = beside.map((taken) => {
    const other = seats[taken];
    // An aisle stands as a letter of its own, so that who sits across it is further away.
    const columns = Math.abs(letters.indexOf(other?.letter ?? '') - letters.indexOf(seat?.letter ?? ''));
    return Math.abs((other?.row ?? 0) - (seat?.row ?? 0)) * seatsPerRowStep + columns;
  });
  return Math.min(...distances);
}
