/** What must hold, whatever happens, in the words of the report. */
export const invariants = {
  missing: 'every mail that is wanted arrives',
  cancelled: 'no mail for a booking that is cancelled',
  moved: 'no mail for a departure that is no more',
  departed: 'no mail after its time',
  early: 'no mail before it is due',
  repeated: 'no second mail for a departure that moved a little',
  duplicates: 'a mail goes twice only after a lost reply or a kill',
  messageIds: 'every Message-ID names its mail, and nobody else gets it',
  marks: 'what is marked as sent is what arrived',
  lateness: 'the p99 of lateness is below a minute',
  news: 'every event is read, and none given up on',
  rest: 'everything comes to rest',
} as const;
export type ReminderInvariant = keyof typeof invariants;
