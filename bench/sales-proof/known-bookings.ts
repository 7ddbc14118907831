import type { Random } from './random.ts';
import type { ProofUser } from './users.ts';

/** A booking of a client, as it last heard of it. */
export type KnownBooking<Details> = { readonly id: string; readonly user: ProofUser; details: Details };

/** A client's own bookings: as many as one remembers. */
export type KnownBookings<Details> = {
  readonly add: (booking: KnownBooking<Details>) => void;
  /** Any that fits; undefined when none does. */
  readonly any: (fits: (details: Details) => boolean) => KnownBooking<Details> | undefined;
  readonly forget: (bookingId: string) => void;
};

/** Full, it forgets any other one for each new one. */
const maximumKnown = 60;

/** Looks for one that fits before giving up. */
const maximumLooks = 8;

export function createKnownBookings<Details>(random: Random): KnownBookings<Details> {
  const known: KnownBooking<Details>[] = [];
  return {
    add: (booking) => {
      if (known.length < maximumKnown) known.push(booking);
      else known[random.below(maximumKnown)] = booking;
    },
    any: (fits) => {
      if (known.length === 0) return undefined;
      for (let looks = 0; looks < maximumLooks; looks++) {
        const picked = random.pick(known);
        if (fits(picked.details)) return picked;
      }
      return undefined;
    },
    forget: (bookingId) => {
      const place = known.findIndex(({ id }) => id === bookingId);
      if (place >= 0) known.splice(place, 1);
    },
  };
}
