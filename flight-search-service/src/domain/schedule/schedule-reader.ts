import { flightKeyOf } from './flight-draft.ts';
import type { ScheduleRow } from './schedule-columns.ts';
import { type RowReading, readScheduleRow, type ScheduleContext } from './schedule-row.ts';

/** Reads the rows of one schedule file, in order. */
export type ScheduleReader = {
  /** A row that repeats airline, number, origin and local date of a flight before it is rejected as `doubled`. */
  read(row: ScheduleRow): RowReading;
  /** Codes of the airlines met so far that the catalogue did not have, in the order of their first flight. */
  newAirlineCodes(): readonly string[];
};

/** A file with more flights than this is refused: what is known of each is kept in memory (about 100 bytes a flight). */
export const maximumScheduleFlights = 1_000_000;

/** Ten years either way; a schedule that must be moved further is not worth moving. */
export const maximumShiftDays = 3_660;

/**
 * Starts reading a file.
 *
 * @param context what its rows are read against, and the codes of the airlines that the catalogue has.
 * @throws RangeError when `shiftDays` is not a whole number within `maximumShiftDays`.
 * @throws Error from `read` at the flight after `maximumScheduleFlights`.
 */
export function createScheduleReader(context: ScheduleContext & { airlineCodes: ReadonlySet<string> }): ScheduleReader {
  if (!Number.isInteger(context.shiftDays) || Math.abs(context.shiftDays) > maximumShiftDays) {
    throw new RangeError(`Days to shift must be a whole number from -${maximumShiftDays} to ${maximumShiftDays}`);
  }
  const taken = new Set<string>();
  const newAirlines = new Set<string>();
  return {
    read(row) {
      const reading = readScheduleRow(row, context);
      if (reading.outcome === 'rejected') {
        return reading;
      }
      const key = flightKeyOf(reading.flight);
      if (taken.has(key)) {
        return { outcome: 'rejected', reason: 'doubled', detail: `An earlier row has ${key} already` };
      }
      if (taken.size >= maximumScheduleFlights) {
        throw new Error(`A schedule file may have at most ${maximumScheduleFlights} flights: split it`);
      }
      taken.add(key);
      if (!context.airlineCodes.has(reading.flight.airlineCode)) {
        newAirlines.add(reading.flight.airlineCode);
      }
      return reading;
    },
    newAirlineCodes: () => [...newAirlines],
  };
}
