import type { BookingStatus, PaymentStatus, RefundStatus } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Books } from './books.ts';

/** A booking as the books have it, with the bank's side of its payments. Money in minor units. */
export type Booked = {
  readonly id: string;
  readonly status: BookingStatus;
  readonly totalMinor: number;
  /** Kept for changes. */
  readonly feesMinor: number;
  readonly cancelledByAirline: boolean;
  /** Whether anybody was told of it: false for one that ended before its first payment succeeded. */
  readonly announced: boolean;
  readonly createdAtMs: number;
  readonly segments: readonly BookedSegment[];
  readonly payments: readonly BookedPayment[];
  readonly refunds: readonly BookedRefund[];
};

export type BookedSegment = {
  readonly flightId: string;
  readonly seats: number;
  readonly priceMinor: number;
  /** What of it was paid with a fare that gives nothing back. */
  readonly boundMinor: number;
};

export type BookedPayment = {
  readonly id: string;
  readonly purpose: 'booking' | 'change';
  readonly status: PaymentStatus;
  readonly amountMinor: number;
  /** What the bank has of it; null when it was never asked. */
  readonly charge: { readonly status: string; readonly amountMinor: number } | null;
};

export type BookedRefund = {
  readonly id: string;
  readonly status: RefundStatus;
  readonly amountMinor: number;
  /** What the bank gave back; null when it was never asked. */
  readonly givenBackMinor: number | null;
};

type BookingRow = {
  id: string;
  status: BookingStatus;
  total_minor: number;
  fees_minor: number;
  announced: number;
  created_at_ms: number;
};
type SegmentRow = { booking_id: string; flight_id: string; seats: number; price_minor: number; details: string };
type PaymentRow = {
  booking_id: string;
  id: string;
  purpose: BookedPayment['purpose'];
  status: PaymentStatus;
  amount_minor: number;
  charge_status: string | null;
  charged: number | null;
};
type RefundRow = {
  booking_id: string;
  id: string;
  status: RefundStatus;
  amount_minor: number;
  given_back: number | null;
};

const bookingsPerPage = 1_000;

/** All bookings, a page at a time. */
export async function* readAllBooked(books: Books): AsyncGenerator<Booked> {
  for (let after = ''; ; ) {
    const rows = await books.rows<BookingRow>(
      `SELECT id, status, total_minor, fees_minor, announced, created_at_ms FROM bookings WHERE id > ?
       ORDER BY id LIMIT ${bookingsPerPage}`,
      [after],
    );
    yield* await complete(books, rows);
    if (rows.length < bookingsPerPage) return;
    after = rows.at(-1)?.id ?? '';
  }
}

async function complete(books: Books, bookings: readonly BookingRow[]): Promise<Booked[]> {
  if (bookings.length === 0) return [];
  const ids = [bookings.map(({ id }) => id)];
  const segments = await books.rows<SegmentRow>(
    'SELECT booking_id, flight_id, seats, price_minor, details FROM segments WHERE booking_id IN (?)',
    ids,
  );
  const payments = await books.rows<PaymentRow>(
    `SELECT payments.booking_id, payments.id, payments.purpose, payments.status, payments.amount_minor,
       sandbox_charges.status AS charge_status, sandbox_charges.amount_minor AS charged
     FROM payments LEFT JOIN sandbox_charges ON sandbox_charges.id = payments.id WHERE payments.booking_id IN (?)`,
    ids,
  );
  const refunds = await books.rows<RefundRow>(
    `SELECT refunds.booking_id, refunds.id, refunds.status, refunds.amount_minor,
       sandbox_refunds.amount_minor AS given_back
     FROM refunds LEFT JOIN sandbox_refunds ON sandbox_refunds.id = refunds.id WHERE refunds.booking_id IN (?)`,
    ids,
  );
  const byAirline = await books.rows<{ booking_id: string }>(
    `SELECT booking_id FROM booking_history
     WHERE action = 'cancelled' AND actor_type = 'airline' AND booking_id IN (?)`,
    ids,
  );
  const cancelledByAirline = new Set(byAirline.map((row) => row.booking_id));
  const segmentsOf = Map.groupBy(segments, (row) => row.booking_id);
  const paymentsOf = Map.groupBy(payments, (row) => row.booking_id);
  const refundsOf = Map.groupBy(refunds, (row) => row.booking_id);
  return bookings.map((row) => ({
    id: row.id,
    status: row.status,
    totalMinor: Number(row.total_minor),
    feesMinor: Number(row.fees_minor),
    cancelledByAirline: cancelledByAirline.has(row.id),
    announced: Number(row.announced) === 1,
    createdAtMs: Number(row.created_at_ms),
    segments: (segmentsOf.get(row.id) ?? []).map(toSegment),
    payments: (paymentsOf.get(row.id) ?? []).map(toPayment),
    refunds: (refundsOf.get(row.id) ?? []).map(toRefund),
  }));
}

const toSegment = ({ flight_id: flightId, seats, price_minor: priceMinor, details }: SegmentRow): BookedSegment => ({
  flightId,
  seats: Number(seats),
  priceMinor: Number(priceMinor),
  boundMinor: Number(JSON.parse(details).boundMinor ?? 0),
});

const toPayment = ({
  id,
  purpose,
  status,
  amount_minor: amountMinor,
  charge_status,
  charged,
}: PaymentRow): BookedPayment => ({
  id,
  purpose,
  status,
  amountMinor: Number(amountMinor),
  charge: charge_status === null ? null : { status: charge_status, amountMinor: Number(charged) },
});

const toRefund = ({ id, status, amount_minor: amountMinor, given_back }: RefundRow): BookedRefund => ({
  id,
  status,
  amountMinor: Number(amountMinor),
  givenBackMinor: given_back === null ? null : Number(given_back),
});
