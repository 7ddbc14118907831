import type { BookingStatus } from '@jetbridge/contracts/bookings/schemas.ts';

/** What clients asked and were told of a booking; one bit each, so that a million bookings fit into memory. */
const facts = {
  held: 1,
  paymentProcessing: 2,
  confirmed: 4,
  paymentAsked: 8,
  cancelAsked: 16,
  cancelled: 32,
} as const;
export type ToldFact = keyof typeof facts;

export type ToldBookings = {
  readonly note: (bookingId: string, fact: ToldFact) => void;
  readonly size: () => number;
  /** Takes out what clients know of a booking; undefined when it was never acknowledged. */
  readonly take: (bookingId: string) => ReadonlySet<ToldFact> | undefined;
  /** Bookings that nobody has taken out. */
  readonly left: () => IterableIterator<string>;
};

/** Bookings that were acknowledged to clients. */
export function createToldBookings(): ToldBookings {
  const told = new Map<string, number>();
  return {
    note: (bookingId, fact) => void told.set(bookingId, (told.get(bookingId) ?? 0) | facts[fact]),
    size: () => told.size,
    take: (bookingId) => {
      const bits = told.get(bookingId);
      if (bits === undefined) return undefined;
      told.delete(bookingId);
      // The keys of a constant object are those it was written with.
      const names = Object.keys(facts) as ToldFact[];
      return new Set(names.filter((name) => (bits & facts[name]) !== 0));
    },
    left: () => told.keys(),
  };
}

/** States that a booking may have when everything has come to rest, by what clients know of it. */
export function fittingStates(told: ReadonlySet<ToldFact>): readonly BookingStatus[] {
  if (told.has('cancelled')) return ['cancelled'];
  const cancelled = told.has('cancelAsked') ? (['cancelled'] as const) : [];
  if (told.has('confirmed')) return ['confirmed', ...cancelled];
  // The payment that was under way may have failed later, which ends the booking.
  if (told.has('paymentProcessing')) return ['confirmed', 'expired', 'cancelled'];
  return ['expired', ...(told.has('paymentAsked') ? (['confirmed'] as const) : []), ...cancelled];
}
