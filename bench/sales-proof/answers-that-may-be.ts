import type { ReadAnswer } from './question.ts';

/** What clients do. */
export const actionNames = ['buy', 'hold', 'pay', 'cancel', 'change', 'reseat', 'look'] as const;
export type ActionName = (typeof actionNames)[number];

/** Which refusals a client must reckon with, by what it did; every other one is a mistake of the service. */
const refusals: Readonly<Record<ActionName, readonly string[]>> = {
  buy: [
    '402 payment_declined',
    '409 sold_out',
    '409 seat_taken',
    '409 hold_limit',
    '409 flight_not_bookable',
    // The airline cancelled the flight while the payment was under way.
    '409 booking_cancelled',
  ],
  hold: ['409 sold_out', '409 seat_taken', '409 hold_limit', '409 flight_not_bookable'],
  pay: [
    '402 payment_declined',
    '409 payment_in_progress',
    '409 already_paid',
    '409 hold_expired',
    '409 booking_cancelled',
  ],
  cancel: ['409 booking_expired', '409 payment_in_progress'],
  change: [
    '402 payment_declined',
    '409 sold_out',
    '409 flight_not_bookable',
    '409 payment_in_progress',
    '409 hold_expired',
    '409 booking_cancelled',
  ],
  // A change that waited for its payment may have put the booking on other flights since.
  reseat: ['409 seat_taken', '409 booking_cancelled', '409 booking_expired', '422 invalid_request'],
  look: [],
};

const successes = {
  buy: 201,
  hold: 201,
  pay: 201,
  cancel: 200,
  change: 200,
  reseat: 200,
  look: 200,
} as const satisfies Record<ActionName, number>;

/** A busy service may say so, and a key may be in use; neither says anything about the request itself. */
const alwaysAllowed = ['503 service_unavailable', '409 idempotency_in_progress'];

export const isSuccess = (action: ActionName, { status }: ReadAnswer): boolean => status === successes[action];

export function mayBe(action: ActionName, answer: ReadAnswer): boolean {
  const said = wordsOf(answer);
  return isSuccess(action, answer) || refusals[action].includes(said) || alwaysAllowed.includes(said);
}

/** Status and code: `409 sold_out`. */
export const wordsOf = ({ status, code }: ReadAnswer): string => `${status} ${code}`.trim();
