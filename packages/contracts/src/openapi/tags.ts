/** The subjects that the API document is divided into, in the order they are shown. */
export const tags = {
  'Sign-in': 'Accounts and tokens. An access token lasts 15 minutes; a refresh token is used once.',
  'Your account': 'What is known of you, where you are signed in, and how to leave.',
  'Users and roles': 'Who may do what, and who did what. For staff.',
  Search: 'Flights with prices and free seats. Nobody needs to sign in for it.',
  Catalogue: 'Cities, airports, airlines and airplanes. What is in use can not be deleted.',
  Schedule: 'The timetable, for staff.',
  Bookings: 'Seats on one or more flights, all or none.',
  Waitlist: 'Seats that become free go to parties that wait for them, before anybody can buy them.',
  Reports: 'What was sold, for staff.',
  Reminders: 'What was, will be, or was not mailed.',
  System: 'How the system is, its keys, and this document.',
  Sandbox: 'To try things out: a clock that can be moved and a mailbox. Not in production.',
} as const;

export type Tag = keyof typeof tags;
