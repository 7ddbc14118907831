/** Two requests about one booking, or one seat, at the same moment. */
export const raceNames = [
  'two cancellations',
  'cancellation and change',
  'change and end of the hold',
  'change and buyer of the last seat',
  'two changes',
] as const;
export type RaceName = (typeof raceNames)[number];

/** What both were answered, `200` or `409 sold_out`, in the order of the race's name. */
export type Pair = readonly [string, string];

/** What may come of a race; every other pair of answers is a mistake. */
const outcomes: Readonly<Record<RaceName, readonly Pair[]>> = {
  'two cancellations': [['200', '200']],
  'cancellation and change': [
    ['200', '409 booking_cancelled'],
    // The change came first, and the booking was cancelled as it was then.
    ['200', '200'],
    ['409 payment_in_progress', '200'],
  ],
  // The hold ends by itself, so there is one answer only.
  'change and end of the hold': [
    ['200', ''],
    ['409 hold_expired', ''],
  ],
  'change and buyer of the last seat': [
    ['200', '409 sold_out'],
    ['409 sold_out', '201'],
  ],
  'two changes': [
    ['200', '409 payment_in_progress'],
    ['409 payment_in_progress', '200'],
    ['200', '200'],
  ],
};

export const mayEndIn = (race: RaceName, [one, other]: Pair): boolean =>
  outcomes[race].some(([first, second]) => first === one && second === other);
