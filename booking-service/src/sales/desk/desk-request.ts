import type { WrittenAnswer } from '@jetbridge/service-kit/http/app.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import type { Origin } from '../../bookings/domain/booking-history.ts';
import type { BookingError } from '../../domain/errors.ts';
import type { FlightCopy } from '../../flights/db/flights.ts';
import type { DeskState } from './desk-state.ts';

/** What has to be locked before a request can be decided. */
export type DeskNeeds = {
  /** Flights whose seats may change hands; those given as copies are opened for sale if they never were. */
  readonly flights: readonly (FlightCopy | string)[];
  /** Bookings as they were last seen: one that is still at that version is not read again. */
  readonly bookings?: readonly BookingRecord[];
  /** Whose count of unpaid seats is needed, and whether it may change. */
  readonly holder?: { readonly userId: string; readonly changes: boolean };
  /** Whether seats of these flights may become free: waiting parties are offered them right after the decision. */
  readonly frees?: boolean;
  /** An entry of the waitlist that may change, or a user whose open entries decide about another one. */
  readonly waitlist?: { readonly entryId: string } | { readonly joiningUserId: string };
  /** Keys whose answers may become known. */
  readonly answers?: readonly { readonly userId: string; readonly key: string }[];
};

/** An `Idempotency-Key` as it came with a request. */
export type KeyClaim = {
  readonly userId: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly requestId: string;
};

/** What is kept under a key: the answer, or the payment that will decide it. */
export type Kept = { readonly answer: WrittenAnswer } | { readonly waitsFor: string };

/**
 * One thing asked of the sales desk. `decide` works in memory, under the locks, and may run more than once; what it
 * throws undoes all it did.
 */
export type DeskRequest<Outcome> = {
  readonly needs: DeskNeeds;
  readonly decide: (state: DeskState) => Outcome;
  /** What the outcome is once free seats were offered, where that makes a difference. */
  readonly afterOffers?: (outcome: Outcome, state: DeskState) => Outcome;
  /** On whose behalf, for the histories of the bookings it changes; nobody's if not said. */
  readonly by?: Origin;
  readonly idempotency?: {
    readonly claim: KeyClaim;
    readonly nowMs: number;
    /** What is kept of an outcome. */
    readonly keep: (outcome: Outcome) => Kept;
    /** What is kept of a refusal. */
    readonly refuse: (error: BookingError, requestId: string) => WrittenAnswer;
  };
};

/** What a request was answered: by what it led to, or by what the first request with its key was answered. */
export type DeskReply<Outcome> =
  | { readonly kind: 'decided'; readonly outcome: Outcome }
  | { readonly kind: 'replayed'; readonly answer: WrittenAnswer };
