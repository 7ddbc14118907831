import type { CabinLayout } from '@jetbridge/contracts/flights/schemas.ts';

/** Seats given to a party, and what is taken of the cabin afterwards. */
export type Assignment = { readonly seats: readonly string[]; readonly takenSeats: string };

/**
 * Gives a party the first seats that are free next to each other in one row, else the first free ones, else none.
 * @param takenSeats a bit per seat in base 64, or null while all are free.
 */
export function assignSeats(layout: CabinLayout, takenSeats: string | null, party: number): Assignment {
  const taken = Buffer.alloc(Math.ceil(layout.seats / 8));
  if (takenSeats !== null) Buffer.from(takenSeats, 'base64').copy(taken);
  const letters = layout.letters.replaceAll(' ', '');
  const numbers = findTogether(taken, { party, perRow: letters.length, seats: layout.seats }) ?? [];
  for (const number of numbers) taken[number >> 3] = (taken[number >> 3] ?? 0) | (1 << (number & 7));
  const seats = numbers.map(
    (number) => `${layout.rows.first + Math.floor(number / letters.length)}${letters.charAt(number % letters.length)}`,
  );
  return { seats, takenSeats: taken.toString('base64') };
}

function findTogether(
  taken: Buffer,
  { party, perRow, seats }: { party: number; perRow: number; seats: number },
): number[] | undefined {
  const firstFree: number[] = [];
  let run: number[] = [];
  for (let number = 0; number < seats; number++) {
    if (number % perRow === 0) run = [];
    if (((taken[number >> 3] ?? 0) & (1 << (number & 7))) !== 0) {
      run = [];
      // A full byte has no free seat: go to the next one.
      if (taken[number >> 3] === 0xff) number |= 7;
      continue;
    }
    run.push(number);
    if (firstFree.length < party) firstFree.push(number);
    if (run.length === party) return run;
  }
  return firstFree.length === party ? firstFree : undefined;
}
