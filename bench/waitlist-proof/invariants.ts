/** What must hold, whatever happens, in the words of the report. */
export const invariants = {
  order: 'no party that fits is passed over for a later one',
  buyers: 'no seat goes to a buyer while a party that fits waits',
  leftovers: 'no transaction leaves seats to a party that waits',
  capacity: 'no more seats sold and held than there are',
  counts: 'seats counted are the seats of living bookings',
  holders: 'unpaid seats are counted for their users',
  onceEach: 'each party is offered seats once, by one booking',
  limits: 'every offer is taken, given back, or lapses in time',
  acknowledged: 'every acknowledged place in a line is there, once',
  answers: 'only answers that may be given',
  rest: 'everything comes to rest',
} as const;
export type WaitlistInvariant = keyof typeof invariants;
