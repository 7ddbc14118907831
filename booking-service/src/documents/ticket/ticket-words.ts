import type { BookingRecord, PassengerRecord, SegmentRecord } from '../../bookings/domain/booking.ts';
import type { PaymentRecord, RefundRecord } from '../../payments/domain/payment.ts';
import { bcbpOf } from '../domain/bcbp.ts';
import { describeDuration, describeLocalTime, describeUtc, type LocalTime } from '../local-time.ts';
import { cabinNames, nameTerminal, passengerWords, paymentMethodNames } from '../words.ts';
import { describeMoney, describeRules } from './fare-words.ts';

/** Everything that stands on a ticket, in words. */
export type Ticket = {
  readonly reference: string;
  readonly facts: readonly Fact[];
  readonly passengers: readonly Fact[];
  readonly flights: readonly TicketFlight[];
  readonly fares: readonly { readonly label: string; readonly sum: string; readonly rules: readonly string[] }[];
  /** The total and what was paid and given back, in order. */
  readonly account: readonly AccountLine[];
  readonly notes: readonly string[];
  readonly issued: string;
};
export type Fact = { readonly label: string; readonly text: string };
export type AccountLine = { readonly label: string; readonly amount: string; readonly strong: boolean };
export type TicketFlight = {
  readonly flightNumber: string;
  readonly cabin: string;
  readonly duration: string;
  readonly departure: TicketStop;
  readonly arrival: TicketStop;
  readonly travellers: readonly Traveller[];
};
export type TicketStop = LocalTime & {
  readonly code: string;
  readonly city: string;
  readonly airport: string;
  /** Empty where it is not known. */
  readonly terminal: string;
};
export type Traveller = {
  readonly name: string;
  readonly type: string;
  readonly seat: string;
  /** What the QR code holds. */
  readonly boardingCode: string;
};

/** A confirmed booking as its ticket tells it. */
export function describeTicket(booking: BookingRecord): Ticket {
  return {
    reference: booking.reference,
    facts: [
      { label: 'Booked', text: describeUtc(booking.createdAtMs) },
      { label: 'Contact', text: booking.contact.email },
      ...(booking.contact.phone === null ? [] : [{ label: 'Phone', text: booking.contact.phone }]),
    ],
    passengers: booking.passengers.map((passenger) => ({
      label: passengerWords[passenger.type],
      text: fullName(passenger),
    })),
    flights: booking.segments.map((segment) => describeFlight(booking, segment)),
    fares: booking.segments.map((segment) => describeFare(booking, segment)),
    account: describeAccount(booking),
    notes,
    issued: `As of ${describeUtc(booking.updatedAtMs)}`,
  };
}

function describeFlight(booking: BookingRecord, segment: SegmentRecord): TicketFlight {
  const { details, cabin } = segment;
  const { origin, destination, departureLocal, departureTime, arrivalLocal, arrivalTime } = details;
  const departure = describeLocalTime(departureLocal, departureTime, origin.timeZone);
  const arrival = describeLocalTime(arrivalLocal, arrivalTime, destination.timeZone);
  return {
    flightNumber: details.flightNumber,
    cabin: cabinNames[cabin],
    duration: describeDuration(departureTime, arrivalTime),
    departure: { ...departure, ...stopOf(origin, details.departureTerminal) },
    arrival: { ...arrival, ...stopOf(destination, details.arrivalTerminal) },
    travellers: booking.passengers.map((passenger) => ({
      name: fullName(passenger),
      type: passengerWords[passenger.type],
      seat: seatOf(passenger, segment.flightId),
      boardingCode: bcbpOf(booking, segment, passenger),
    })),
  };
}

function stopOf({ code, city, name }: SegmentRecord['details']['origin'], terminal: string | undefined) {
  return { code, city, airport: name, terminal: terminal === undefined ? '' : nameTerminal(terminal) };
}

/** Chinese, Japanese and Korean names begin with the surname where they are written in their own script. */
function fullName({ firstName, lastName }: PassengerRecord): string {
  return eastAsian.test(firstName + lastName) ? `${lastName} ${firstName}` : `${firstName} ${lastName}`;
}

const eastAsian = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー・\s]+$/u;

function seatOf({ type, seats }: PassengerRecord, flightId: string): string {
  if (type === 'infant') return 'On a lap';
  const seat = seats[flightId];
  return seat === undefined ? 'Seat not chosen yet' : `Seat ${seat}`;
}

function describeFare(booking: BookingRecord, { cabin, details, priceMinor, seats }: SegmentRecord) {
  const price = describeMoney(priceMinor, booking.currency);
  return {
    label: `${details.flightNumber}, ${cabinNames[cabin]}: ${price} × ${seats}`,
    sum: describeMoney(priceMinor * seats, booking.currency),
    rules: describeRules(details.rules),
  };
}

function describeAccount(booking: BookingRecord): AccountLine[] {
  const hasInfants = booking.passengers.some(({ type }) => type === 'infant');
  return [
    {
      label: hasInfants ? 'Total (infants on laps travel free)' : 'Total',
      amount: describeMoney(booking.totalMinor, booking.currency),
      strong: true,
    },
    ...booking.payments.filter(({ status }) => status !== 'failed').map(describePayment),
    ...booking.refunds.filter(({ status }) => status !== 'failed').map(describeRefund),
  ];
}

function describePayment(payment: PaymentRecord): AccountLine {
  const how = `by ${paymentMethodNames[payment.method]}, ${describeUtc(payment.createdAtMs)}`;
  return {
    label: payment.status === 'processing' ? `Payment under way ${how}` : `Paid ${how}`,
    amount: describeMoney(payment.amountMinor, payment.currency),
    strong: false,
  };
}

function describeRefund(refund: RefundRecord): AccountLine {
  const verb = refund.status === 'processing' ? 'Refund under way' : 'Refunded';
  return {
    label: `${verb}, ${describeUtc(refund.createdAtMs)} (${refund.rule.replaceAll('_', ' ')})`,
    amount: `−${describeMoney(refund.amountMinor, refund.currency)}`,
    strong: false,
  };
}

const notes = [
  // 14 CFR 259.5(b)(4).
  'Free to cancel within 24 hours of booking, if booked 7 days or more before the first departure.',
  'All times are local times of the airport, in the zone that stands beside them.',
  'Each code is for one passenger on one flight. It finds the booking; it does not replace checking in.',
  'Have a passport or identity card with you in the name on this ticket.',
];
