import type { Findings, Invariant } from '../findings.ts';
import type { ProofFlight } from '../proof-flights.ts';
import type { Books } from './books.ts';

/** Rows that are told one by one; more are only counted. */
const maximumRows = 1_000;

/** What a query finds wrong: a row for each violation. */
type TableCheck = {
  readonly invariant: Invariant;
  /** How much is looked at. */
  readonly checked: string;
  readonly wrong: string;
  readonly needsPayments?: true;
};

const living = "('pending', 'confirmed')";

export const tableChecks: readonly TableCheck[] = [
  {
    invariant: 'capacity',
    checked: 'SELECT COUNT(*) FROM cabin_inventories',
    wrong: `SELECT flight_id, cabin, capacity, sold, held FROM cabin_inventories
      WHERE sold + held > capacity OR sold < 0 OR held < 0`,
  },
  {
    invariant: 'counts',
    checked: 'SELECT COUNT(*) FROM cabin_inventories',
    wrong: `SELECT cabins.flight_id, cabins.sold, cabins.held, booked.confirmed, booked.pending
      FROM cabin_inventories AS cabins
      LEFT JOIN (
        SELECT segments.flight_id, segments.cabin,
          SUM(CASE WHEN bookings.status = 'confirmed' THEN segments.seats ELSE 0 END) AS confirmed,
          SUM(CASE WHEN bookings.status = 'pending' THEN segments.seats ELSE 0 END) AS pending
        FROM segments JOIN bookings ON bookings.id = segments.booking_id
        WHERE bookings.status IN ${living} GROUP BY segments.flight_id, segments.cabin
      ) AS booked ON booked.flight_id = cabins.flight_id AND booked.cabin = cabins.cabin
      WHERE cabins.sold <> COALESCE(booked.confirmed, 0) OR cabins.held <> COALESCE(booked.pending, 0)`,
  },
  {
    invariant: 'seats',
    checked: 'SELECT COUNT(*) FROM seats',
    wrong: 'SELECT flight_id, seat, COUNT(*) AS times FROM seats GROUP BY flight_id, seat HAVING COUNT(*) > 1',
  },
  {
    invariant: 'seats',
    checked: 'SELECT COUNT(*) FROM seats',
    wrong: `SELECT seats.flight_id, seats.seat, seats.booking_id, bookings.status
      FROM seats
      LEFT JOIN bookings ON bookings.id = seats.booking_id
      LEFT JOIN segments ON segments.booking_id = seats.booking_id AND segments.flight_id = seats.flight_id
      LEFT JOIN passengers ON passengers.id = seats.passenger_id AND passengers.booking_id = seats.booking_id
      WHERE bookings.id IS NULL OR bookings.status NOT IN ${living} OR segments.flight_id IS NULL
        OR passengers.id IS NULL OR passengers.type = 'infant'`,
  },
  {
    invariant: 'seats',
    checked: "SELECT COUNT(*) FROM segments JOIN bookings ON bookings.id = booking_id WHERE status = 'confirmed'",
    wrong: `SELECT segments.booking_id, segments.flight_id, segments.seats, COUNT(seats.seat) AS assigned
      FROM segments JOIN bookings ON bookings.id = segments.booking_id
      LEFT JOIN seats ON seats.booking_id = segments.booking_id AND seats.flight_id = segments.flight_id
      WHERE bookings.status = 'confirmed'
      GROUP BY segments.booking_id, segments.flight_id, segments.seats HAVING COUNT(seats.seat) <> segments.seats`,
    needsPayments: true,
  },
  {
    invariant: 'charges',
    checked: 'SELECT COUNT(*) FROM sandbox_charges',
    wrong: `SELECT sandbox_charges.id, sandbox_charges.amount_minor
      FROM sandbox_charges LEFT JOIN payments ON payments.id = sandbox_charges.id
      WHERE payments.id IS NULL OR payments.amount_minor <> sandbox_charges.amount_minor`,
    needsPayments: true,
  },
  {
    // What was taken for a booking that is not there any more has been given back.
    invariant: 'money',
    checked: `SELECT COUNT(*) FROM payments LEFT JOIN bookings ON bookings.id = payments.booking_id
      WHERE bookings.id IS NULL`,
    wrong: `SELECT payments.id, payments.status, sandbox_charges.amount_minor AS charged
      FROM payments JOIN sandbox_charges ON sandbox_charges.id = payments.id AND sandbox_charges.status = 'succeeded'
      LEFT JOIN bookings ON bookings.id = payments.booking_id
      WHERE bookings.id IS NULL AND sandbox_charges.amount_minor <> (
        SELECT COALESCE(SUM(sandbox_refunds.amount_minor), 0) FROM sandbox_refunds
        WHERE sandbox_refunds.charge_id = sandbox_charges.id)`,
    needsPayments: true,
  },
  {
    invariant: 'money',
    checked: 'SELECT COUNT(*) FROM sandbox_refunds',
    wrong: `SELECT sandbox_refunds.id, sandbox_refunds.amount_minor, refunds.payment_id
      FROM sandbox_refunds LEFT JOIN refunds ON refunds.id = sandbox_refunds.id
      WHERE refunds.id IS NULL OR refunds.payment_id <> sandbox_refunds.charge_id
        OR refunds.amount_minor <> sandbox_refunds.amount_minor`,
    needsPayments: true,
  },
  {
    invariant: 'keys',
    checked: 'SELECT COUNT(*) FROM idempotency_keys',
    wrong: 'SELECT user_id, idempotency_key, payment_id FROM idempotency_keys WHERE answer_status IS NULL',
    needsPayments: true,
  },
  {
    invariant: 'holders',
    checked: 'SELECT COUNT(*) FROM user_holds',
    wrong: `SELECT user_holds.user_id, user_holds.seats, COALESCE(unpaid.seats, 0) AS unpaid
      FROM user_holds
      LEFT JOIN (
        SELECT user_id, SUM(party) AS seats FROM (
          SELECT bookings.id, bookings.user_id, MAX(segments.seats) AS party
          FROM bookings JOIN segments ON segments.booking_id = bookings.id
          WHERE bookings.status = 'pending' AND bookings.announced = 1
          GROUP BY bookings.id, bookings.user_id
        ) AS parties GROUP BY user_id
      ) AS unpaid ON unpaid.user_id = user_holds.user_id
      WHERE user_holds.seats <> COALESCE(unpaid.seats, 0)`,
    needsPayments: true,
  },
];

/** A hold may go on so long after its end, until a sweeper comes by. */
const holdGraceMs = 60_000;

/** Checks what can be seen by looking at whole tables. */
export async function checkTables(
  books: Books,
  about: { flights: ReadonlyMap<string, ProofFlight>; payments: boolean },
  findings: Findings,
): Promise<void> {
  for (const { invariant, checked, wrong, needsPayments } of tableChecks) {
    if (needsPayments && !about.payments) continue;
    findings.checked(invariant, await books.number(checked));
    const rows = await books.rows<object>(`${wrong} LIMIT ${maximumRows}`);
    for (const row of rows) findings.violated(invariant, JSON.stringify(row));
  }
  await checkHolds(books, findings);
  await checkSeatNames(books, about.flights, findings);
}

async function checkHolds(books: Books, findings: Findings): Promise<void> {
  findings.checked('holds', await books.number('SELECT COUNT(*) FROM bookings'));
  const rows = await books.rows<object>(
    `SELECT id, hold_expires_at_ms FROM bookings WHERE status = 'pending' AND hold_expires_at_ms < ? AND NOT EXISTS (
       SELECT 1 FROM payments WHERE payments.booking_id = bookings.id AND payments.status = 'processing'
     ) LIMIT ${maximumRows}`,
    [Date.now() - holdGraceMs],
  );
  for (const row of rows) findings.violated('holds', JSON.stringify(row));
}

async function checkSeatNames(
  books: Books,
  flights: ReadonlyMap<string, ProofFlight>,
  findings: Findings,
): Promise<void> {
  const seats = await books.rows<{ flight_id: string; seat: string }>('SELECT flight_id, seat FROM seats');
  const names = new Map([...flights].map(([id, { seatNames }]) => [id, new Set(seatNames)]));
  for (const { flight_id: flightId, seat } of seats) {
    if (!names.get(flightId)?.has(seat)) findings.violated('seats', `flight ${flightId} has no seat ${seat}`);
  }
}
