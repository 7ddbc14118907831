/** What this service keeps of a booking: what a mail says, and what decides whether it goes out. */
export type BookingCopy = {
  readonly id: string;
  readonly reference: string;
  readonly userId: string;
  readonly status: 'pending' | 'confirmed' | 'cancelled' | 'expired';
  readonly version: number;
  readonly email: string;
  readonly flights: readonly BookedFlight[];
  readonly passengers: readonly BookedPassenger[];
  readonly places: readonly Place[];
  readonly totalMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly updatedAtMs: number;
  /** Until when a pending booking is held. Copies that were made before this was kept lack it, and all that follows. */
  readonly holdExpiresAtMs?: number | null;
  /** Whether a payment for it is under way. */
  readonly isBeingPaid?: boolean;
  /** Whether it was made for somebody on the waitlist, and waits for them to accept. */
  readonly isOffer?: boolean;
  /** What was given back, or will be. */
  readonly refundMinor?: number;
  /** Whether the payment provider has done all of that already. */
  readonly isRefunded?: boolean;
  /** Whether the airline is the reason for what was given back. */
  readonly refundedByAirline?: boolean;
};

export type BookedFlight = {
  readonly flightId: string;
  readonly flightNumber: string;
  /** Airport codes, described in the booking's `places`. */
  readonly origin: string;
  readonly destination: string;
  /** Of these airports, where they are known: `4`, `2E`. */
  readonly departureTerminal?: string;
  readonly arrivalTerminal?: string;
  readonly departsAtMs: number;
  readonly arrivesAtMs: number;
  readonly cabin: 'economy' | 'premium_economy' | 'business' | 'first';
  /** When this flight became part of the confirmed booking. A reminder that was due before that is not sent. */
  readonly bookedAtMs: number;
};

export type BookedPassenger = {
  readonly type: 'adult' | 'child' | 'infant';
  readonly firstName: string;
  readonly lastName: string;
  /** Seat by flight id. */
  readonly seats: Readonly<Record<string, string>>;
};

export type Place = {
  readonly code: string;
  readonly name: string;
  readonly city: string;
  /** IANA time zone. */
  readonly timeZone: string;
};

/**
 * The newer of two versions of a booking, with its flights keeping the time they were booked at: a seat that is picked
 * later, or a flight that moves, does not make a booking a new one.
 */
export function succeed(older: BookingCopy, news: BookingCopy): BookingCopy {
  // Only the news of the offer itself says that it is one.
  const newer = older.isOffer ? { ...news, isOffer: true } : news;
  if (older.status !== 'confirmed') return newer;
  const bookedAt = new Map(older.flights.map(({ flightId, bookedAtMs }) => [flightId, bookedAtMs]));
  const flights = newer.flights.map((flight) => ({
    ...flight,
    bookedAtMs: bookedAt.get(flight.flightId) ?? flight.bookedAtMs,
  }));
  return { ...newer, flights };
}
