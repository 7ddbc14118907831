import { BookingError } from '../../domain/errors.ts';
import { LocksOutdated } from '../desk/desk-state.ts';
import { OutdatedFlights } from '../desk/on-sale.ts';

/** Looks at bookings or flights that change at that very moment, before giving up. */
const maximumLooks = 4;

/**
 * Looks, and asks the desk by what was seen; once more from the start where the desk finds that it has changed since.
 * @throws BookingError `flights_unavailable` when it changed at every look.
 */
export async function askAnew<T>(lookAndAsk: () => Promise<T>): Promise<T> {
  for (let looks = 1; ; looks++) {
    try {
      return await lookAndAsk();
    } catch (error) {
      if (!(error instanceof LocksOutdated || error instanceof OutdatedFlights)) throw error;
      if (looks === maximumLooks) {
        throw new BookingError('flights_unavailable', 'What is asked for changes at this moment.', { cause: error });
      }
    }
  }
}
