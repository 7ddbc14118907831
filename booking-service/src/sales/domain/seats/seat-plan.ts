import type { CabinLayout } from '@jetbridge/contracts/flights/schemas.ts';

/** One seat of a cabin. */
export type PlannedSeat = {
  /** As on the boarding pass: `12A`. */
  readonly id: string;
  readonly row: number;
  readonly letter: string;
  /** Beside the cabin wall. */
  readonly window: boolean;
  /** Beside an aisle. */
  readonly aisle: boolean;
  /** The aisle, or the end of the row, is on its left: nobody sits beside it there. */
  readonly leftmost: boolean;
  readonly exit: boolean;
};

/** The seats of a cabin in one fixed order, row by row from the front: a seat's place in it is its number. */
export type SeatPlan = {
  readonly letters: string;
  readonly seatsPerRow: number;
  readonly seats: readonly PlannedSeat[];
  /** The number of a seat, or nothing when the cabin has no such seat. */
  readonly numberOf: (seatId: string) => number | undefined;
};

/** The plan of a cabin's layout. */
export function planOf({ rows, letters, exitRows }: CabinLayout): SeatPlan {
  const exits = new Set(exitRows);
  const places = placesOf(letters);
  const seats = Array.from({ length: rows.last - rows.first + 1 }, (_, index) => rows.first + index).flatMap((row) =>
    places.map((place) => ({ id: `${row}${place.letter}`, row, ...place, exit: exits.has(row) })),
  );
  const numbers = new Map(seats.map(({ id }, number) => [id, number]));
  return { letters, seatsPerRow: places.length, seats, numberOf: (seatId) => numbers.get(seatId) };
}

/** Where the letters of a row stand: between walls at both ends and the aisles that are written as spaces. */
function placesOf(letters: string): Omit<PlannedSeat, 'id' | 'row' | 'exit'>[] {
  return [...letters].flatMap((letter, index) => {
    if (letter === ' ') return [];
    const [left, right] = [letters[index - 1], letters[index + 1]];
    const window = left === undefined || right === undefined;
    return [{ letter, window, aisle: left === ' ' || right === ' ', leftmost: left === undefined || left === ' ' }];
  });
}
