import type { CabinLayout } from '@jetbridge/contracts/flights/schemas.ts';

/** A seat of a cabin, named as on the boarding pass (`12A`). */
export type Seat = {
  readonly id: string;
  readonly row: number;
  readonly letter: string;
  /** Beside the cabin wall. */
  readonly window: boolean;
  /** Beside an aisle. */
  readonly aisle: boolean;
  /** In a row at an emergency exit. */
  readonly exit: boolean;
};

/** What a layout needs to be known by; its number of seats follows. */
export type CabinPlan = Omit<CabinLayout, 'seats'>;

/** The most rows a cabin can have, so that a mistyped one cannot ask for a million seats. */
export const maximumRow = 150;

/** Blocks of two to ten letters in all, `I` never among them, an aisle between blocks: `ABC DEF`. */
const lettersPattern = /^(?=(?:[A-HJ-Z] ?){1,12}$)[A-HJ-Z]+(?: [A-HJ-Z]+)*$/;

/** How many seats a cabin has. */
export function countSeats(plan: CabinPlan): number {
  return (plan.rows.last - plan.rows.first + 1) * seatLettersOf(plan.letters).length;
}

/** The seats of a cabin, row by row from the front, each row from left to right. */
export function seatsOf(plan: CabinPlan): Seat[] {
  const exits = new Set(plan.exitRows);
  const places = placesOf(plan.letters);
  const rows = Array.from({ length: plan.rows.last - plan.rows.first + 1 }, (_, index) => plan.rows.first + index);
  return rows.flatMap((row) =>
    places.map((place) => ({ id: `${row}${place.letter}`, row, ...place, exit: exits.has(row) })),
  );
}

/** The names of a cabin's seats, `12A`, in the order of `seatsOf`. */
export function seatIdsOf(plan: CabinPlan): string[] {
  return seatsOf(plan).map((seat) => seat.id);
}

/** The letters of a row without the gaps that stand for aisles. */
export function seatLettersOf(letters: string): string[] {
  return [...letters.replaceAll(' ', '')];
}

/**
 * What is wrong with the cabins of an airplane, as a sentence; undefined when nothing is. Each cabin stands once, letters
 * rise from left to right, and no row belongs to two cabins.
 */
export function layoutProblem(plans: readonly CabinPlan[]): string | undefined {
  if (plans.length === 0) {
    return 'An airplane needs at least one cabin';
  }
  for (const [index, plan] of plans.entries()) {
    const problem = cabinProblem(plan) ?? clashProblem(plan, plans.slice(0, index));
    if (problem !== undefined) {
      return problem;
    }
  }
  return undefined;
}

function cabinProblem({ cabin, rows, letters, exitRows }: CabinPlan): string | undefined {
  if (rows.first < 1 || rows.last < rows.first || rows.last > maximumRow) {
    return `The rows of ${cabin} must run from 1 or more up to at most ${maximumRow}, not from ${rows.first} to ${rows.last}`;
  }
  const seatLetters = seatLettersOf(letters);
  const rising = seatLetters.every((letter, index) => index === 0 || letter > (seatLetters[index - 1] ?? ''));
  if (!lettersPattern.test(letters) || !rising) {
    return `The letters of ${cabin} must be rising capitals without I, an aisle as one space, like "ABC DEF", not "${letters}"`;
  }
  const outside = exitRows?.find((row) => row < rows.first || row > rows.last);
  return outside === undefined ? undefined : `Row ${outside} is an exit row of ${cabin} but not one of its rows`;
}

function clashProblem(plan: CabinPlan, earlier: readonly CabinPlan[]): string | undefined {
  const clash = earlier.find(
    (other) => other.cabin === plan.cabin || (plan.rows.first <= other.rows.last && other.rows.first <= plan.rows.last),
  );
  return clash && `The cabins ${clash.cabin} and ${plan.cabin} share rows, or are the same cabin twice`;
}

function placesOf(letters: string): { letter: string; window: boolean; aisle: boolean }[] {
  const blocks = letters.split(' ');
  return blocks.flatMap((block, blockIndex) =>
    [...block].map((letter, index) => {
      const first = index === 0;
      const last = index === block.length - 1;
      const leftmost = blockIndex === 0;
      const rightmost = blockIndex === blocks.length - 1;
      return {
        letter,
        window: (first && leftmost) || (last && rightmost),
        aisle: (first && !leftmost) || (last && !rightmost),
      };
    }),
  );
}
