/** Who may ask: the columns of the matrix, in the order in which they are written. */
const columns = ['nobody', 'user', 'other', 'support', 'admin', 'expired', 'disabled', 'service'] as const;

export type Column = (typeof columns)[number];

/** What stands ready when the matrix is gone through. */
export type Scene = {
  /** A customer: `user` in the columns. */
  readonly userId: string;
  readonly bookingId: string;
  /** Another one of theirs, which may be lost. */
  readonly bookingToCancel: string;
  readonly flightId: string;
};

/** One route: what is sent, and the status that each column is answered with. */
type Line = {
  readonly expected: Readonly<Record<Column, number>>;
  /** Of the parameters in its path; one that is not named is an id that nothing has. */
  readonly path?: (scene: Scene) => Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: (scene: Scene) => unknown;
};

type Sent = Omit<Line, 'expected'>;

const line = (statuses: readonly number[], sent: Sent): Line => ({
  ...sent,
  expected: Object.fromEntries(columns.map((column, index) => [column, statuses[index] ?? 0])) as Line['expected'],
});

/** Answers everybody alike: a token that does not hold is passed over. */
const open = (status: number, sent: Sent = {}) =>
  line(
    columns.map(() => status),
    sent,
  );

/** Answers whoever is signed in, each for themselves. */
const signedIn = (status: number, sent: Sent = {}) => line([401, status, status, status, status, 401, 401, 401], sent);

/** Answers the owner, and to everybody else there is no such thing, unless staff may. */
const owned = ({ owner, support, admin }: { owner: number; support: number; admin: number }, sent: Sent) =>
  line([401, owner, 404, support, admin, 401, 401, 401], sent);

/** For staff: `support` and `admin`, or the latter alone. */
const staff = (status: number, sent: Sent = {}) => line([401, 403, 403, status, status, 401, 401, 401], sent);
const adminOnly = (status: number, sent: Sent = {}) => line([401, 403, 403, 403, status, 401, 401, 401], sent);

const ownBooking: Sent = { path: ({ bookingId }) => ({ id: bookingId }) };
const flight: Sent = { path: ({ flightId }) => ({ id: flightId }) };

/**
 * Every public route by its operation id. A door that is opened shows in what follows behind it, which need not be a
 * success: 404 for what does not exist and 422 for an empty body change nothing.
 */
export const matrix: Readonly<Record<string, Line>> = {
  register: open(422),
  login: open(422),
  refresh: open(422),
  logout: open(204, { body: () => ({ refreshToken: 'rt_nothing' }) }),
  forgotPassword: open(202, { body: () => ({ email: 'nobody@example.com' }) }),
  resetPassword: open(422),
  verifyEmail: open(422),
  readKeySet: open(200),

  readOwnProfile: signedIn(200),
  changeOwnProfile: signedIn(200),
  changeOwnPassword: signedIn(422),
  requestEmailVerification: signedIn(202),
  listOwnSessions: signedIn(200),
  endOwnSession: signedIn(404),
  exportOwnData: signedIn(200),

  listUsers: staff(200),
  readUser: staff(200, { path: ({ userId }) => ({ id: userId }) }),
  updateUser: adminOnly(422),
  deleteUser: adminOnly(404),
  replaceUserRoles: adminOnly(404, { body: () => ({ roles: ['user'] }) }),
  listRoles: staff(200),
  createRole: adminOnly(422),
  updateRole: adminOnly(404, { body: () => ({ description: 'x' }) }),
  deleteRole: adminOnly(404),
  listPermissions: staff(200),
  readAuditLog: staff(200, { query: '?limit=1' }),

  searchFlights: open(200, { query: '?limit=1' }),
  readFlight: open(200, flight),
  createFlight: adminOnly(422),
  updateFlight: adminOnly(404, { body: () => ({ status: 'delayed' }) }),
  deleteFlight: adminOnly(404),
  readFlightImpact: adminOnly(200, flight),
  importFlights: adminOnly(415),
  readImport: adminOnly(404),
  searchItineraries: open(422),
  readFareCalendar: open(422),
  listCities: open(200, { query: '?limit=1' }),
  readCity: open(200, { path: () => ({ code: 'NYC' }) }),
  createCity: adminOnly(422),
  updateCity: adminOnly(404, { body: () => ({ name: 'x' }) }),
  deleteCity: adminOnly(404),
  createAirport: adminOnly(422),
  updateAirport: adminOnly(404, { body: () => ({ name: 'x' }) }),
  deleteAirport: adminOnly(404),
  createAirline: adminOnly(422),
  updateAirline: adminOnly(404, { body: () => ({ name: 'x' }) }),
  deleteAirline: adminOnly(404),
  createAirplane: adminOnly(422),
  updateAirplane: adminOnly(404, { body: () => ({ model: 'x' }) }),
  deleteAirplane: adminOnly(404),
  listAirports: open(200, { query: '?limit=1' }),
  readAirport: open(200, { path: () => ({ code: 'JFK' }) }),
  listAirlines: open(200, { query: '?limit=1' }),
  readAirline: open(200, { path: () => ({ code: 'BA' }) }),
  listAirplanes: open(200, { query: '?limit=1' }),
  readAirplane: open(404),

  placeBooking: signedIn(422),
  listBookings: signedIn(200, { query: '?limit=1' }),
  readBooking: owned({ owner: 200, support: 200, admin: 200 }, ownBooking),
  cancelBooking: owned(
    { owner: 200, support: 200, admin: 200 },
    { path: ({ bookingToCancel }) => ({ id: bookingToCancel }) },
  ),
  // Nobody pays for somebody else, or chooses their seats.
  payBooking: owned(
    { owner: 409, support: 404, admin: 404 },
    { ...ownBooking, body: () => ({ method: 'card', token: 'tok_visa' }) },
  ),
  chooseSeats: owned(
    { owner: 200, support: 404, admin: 404 },
    { ...ownBooking, body: ({ flightId }) => ({ seats: [{ flightId, passenger: 0, seat: '20A' }] }) },
  ),
  // To the flight it has: nothing changes, and nothing is due.
  changeBooking: owned(
    { owner: 200, support: 200, admin: 200 },
    { ...ownBooking, body: ({ flightId }) => ({ flights: [{ flightId, cabin: 'economy' }] }) },
  ),
  readTicket: owned({ owner: 200, support: 200, admin: 200 }, ownBooking),
  readCalendar: owned({ owner: 200, support: 200, admin: 200 }, ownBooking),
  joinWaitlist: signedIn(422),
  listWaitlist: signedIn(200),
  leaveWaitlist: signedIn(404),
  readSeatMap: open(200, flight),
  receivePaymentWebhook: open(404),
  readRefundQuote: owned({ owner: 200, support: 200, admin: 200 }, ownBooking),
  lookUpBooking: open(404, { body: () => ({ reference: 'ZZZZZZ', lastName: 'Nobody' }) }),
  readBookingHistory: owned({ owner: 200, support: 200, admin: 200 }, ownBooking),
  readSalesReport: staff(200, { query: '?from=2026-01-01&to=2026-01-02&by=day' }),

  listReminders: staff(200, { query: '?limit=1' }),
  retryReminder: adminOnly(404),
  readNotificationPreferences: signedIn(200),
  replaceNotificationPreferences: signedIn(422),
  unsubscribe: open(404),
  listDeadLetters: staff(200, { query: '?limit=1' }),
  replayDeadLetter: adminOnly(404),
  dropDeadLetter: adminOnly(404),
  readSandboxClock: open(200),
  advanceSandboxClock: adminOnly(422),
  listSandboxMails: open(200, { query: '?limit=1' }),
  readSandboxMail: open(404),

  readHealth: open(200),
  readReadiness: open(200),
  readStatus: open(200),
  simulateFailure: adminOnly(422),
  readApiDocument: open(200),
  readDocumentation: open(200),

  // Comes last, because nobody is there any more afterwards but the only admin.
  deleteOwnAccount: line([401, 204, 204, 204, 409, 401, 401, 401], {}),
};

/** The order in which columns ask: whoever may change something asks after all who may not. */
export const askingOrder: readonly Column[] = [
  'nobody',
  'expired',
  'disabled',
  'service',
  'other',
  'user',
  'support',
  'admin',
];
