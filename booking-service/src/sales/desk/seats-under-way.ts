import { BookingError } from '../../domain/errors.ts';

/** Of what a user may hold unpaid, this many times as much may be under way to being paid at the same moment. */
const timesWhatMayBeHeld = 16;

/** Counts the seats for which users are paying right now, in this process. */
export type SeatsUnderWay = {
  /**
   * Does work that takes seats and pays for them in one go.
   * @throws BookingError `hold_limit` when so many are under way for this user that they could empty a flight.
   */
  readonly during: <T>(userId: string, seats: number, work: () => Promise<T>) => Promise<T>;
};

/**
 * Seats that are paid for in the request which takes them are not held by anybody: they are sold, or free again, when it
 * ends. But who sends many such requests at once, with payments that take their time, would hold a flight all the same.
 * In memory, because they last for seconds: the bound is for each process.
 */
export function createSeatsUnderWay(maximumHeldSeats: number): SeatsUnderWay {
  const maximum = maximumHeldSeats * timesWhatMayBeHeld;
  const underWay = new Map<string, number>();
  return {
    during: async (userId, seats, work) => {
      const already = underWay.get(userId) ?? 0;
      if (already + seats > maximum) {
        throw new BookingError('hold_limit', `You are paying for ${already} seats at this moment. Wait for them.`, {
          facts: { held: already, maximum },
        });
      }
      underWay.set(userId, already + seats);
      try {
        return await work();
      } finally {
        const left = (underWay.get(userId) ?? 0) - seats;
        if (left > 0) underWay.set(userId, left);
        else underWay.delete(userId);
      }
    },
  };
}
