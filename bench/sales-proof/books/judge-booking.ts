import type { Invariant } from '../findings.ts';
import type { ProofFlight } from '../proof-flights.ts';
import { fittingStates, type ToldFact } from '../told-bookings.ts';
import type { Booked, BookedPayment } from './booked.ts';
import type { EventTrace, EventTraces, TracedEvent } from './event-traces.ts';

/** Something that is wrong with a booking, in words. */
export type Wrong = readonly [Invariant, string];

const weekMs = 7 * 86_400_000;

/**
 * What is wrong with a booking when everything has come to rest.
 * @param told what clients know of it; undefined when no client was told of it.
 */
export function judgeBooking(
  booked: Booked,
  about: {
    told: ReadonlySet<ToldFact> | undefined;
    traces: EventTraces;
    flights: ReadonlyMap<string, ProofFlight>;
    payments: boolean;
  },
): Wrong[] {
  const { told, traces, flights } = about;
  const trace = traces.of(booked.id);
  const wrongs: Wrong[] = [...judgeTelling(booked, told), ...judgeEvents(booked, trace)];
  const worthMinor = sumOf(booked.segments.map(({ seats, priceMinor }) => seats * priceMinor));
  if (booked.totalMinor !== worthMinor) {
    wrongs.push(['money', `booking ${booked.id} is said to cost ${booked.totalMinor}, its flights cost ${worthMinor}`]);
  }
  if (!about.payments) return wrongs;
  const wasConfirmed = trace.count('booking.confirmed') > 0;
  wrongs.push(...judgeMoney(booked, wasConfirmed ? keptAfterCancel(booked, flights) : 0));
  for (const payment of booked.payments) wrongs.push(...judgePayment(payment, traces.of(payment.id)));
  return wrongs;
}

function judgeTelling(booked: Booked, told: ReadonlySet<ToldFact> | undefined): Wrong[] {
  const { id, status, announced, cancelledByAirline } = booked;
  if (!told || (cancelledByAirline && status === 'cancelled')) return [];
  const fits = fittingStates(told);
  if (fits.includes(status) && announced) return [];
  const secrecy = announced ? '' : ' and announced to nobody';
  return [['acknowledged', `booking ${id} is ${status}${secrecy}; clients know: ${[...told].join(', ')}`]];
}

function judgeEvents({ id, status, announced }: Booked, trace: EventTrace): Wrong[] {
  const once = announced ? 1 : 0;
  const wrongs: Wrong[] = [];
  const expect = (type: TracedEvent, ...counts: number[]) => {
    const found = trace.count(type);
    if (!counts.includes(found)) wrongs.push(['events', `${type} of ${status} booking ${id} is told ${found} times`]);
  };
  expect('booking.created', once);
  expect('booking.cancelled', status === 'cancelled' ? once : 0);
  expect('booking.expired', status === 'expired' ? once : 0);
  if (status === 'confirmed') expect('booking.confirmed', 1);
  else if (status === 'cancelled') expect('booking.confirmed', 0, 1);
  else expect('booking.confirmed', 0);
  if (!trace.inOrder) wrongs.push(['events', `the events of booking ${id} are told out of order`]);
  return wrongs;
}

/** @param keptMinor what a cancellation leaves with the airline, by the rules of the fares. */
function judgeMoney(booked: Booked, keptMinor: number): Wrong[] {
  const { id, status, payments, refunds } = booked;
  const forBooking = payments.filter(({ purpose }) => purpose === 'booking');
  const active = forBooking.filter((payment) => payment.status === 'processing' || payment.status === 'succeeded');
  const wrongs: Wrong[] = [];
  if (active.length > 1) wrongs.push(['onePayment', `booking ${id} has ${active.length} open or succeeded payments`]);
  const charged = sumOf(payments.map(({ charge }) => (charge?.status === 'succeeded' ? charge.amountMinor : 0)));
  const givenBack = sumOf(refunds.map(({ givenBackMinor }) => givenBackMinor ?? 0));
  const due = dueMinor(booked, keptMinor);
  if (charged - givenBack !== due) {
    wrongs.push(['money', `${status} booking ${id}: ${charged} charged, ${givenBack} given back, ${due} due`]);
  }
  const told = sumOf(refunds.map((refund) => (refund.status === 'succeeded' ? refund.amountMinor : 0)));
  if (told !== givenBack) wrongs.push(['money', `booking ${id}: refunds of ${told} told, ${givenBack} given back`]);
  return wrongs;
}

/** What the airline must have of a booking in the end. */
function dueMinor({ status, totalMinor, feesMinor, cancelledByAirline }: Booked, keptMinor: number): number {
  if (status === 'confirmed') return totalMinor + feesMinor;
  if (status !== 'cancelled') return 0;
  return feesMinor + (cancelledByAirline ? 0 : keptMinor);
}

/**
 * All is given back within 24 hours where the first flight was a week or more away, which all our cancellations are in
 * time for (14 CFR 259.5(b)(4)); else what the fare says, for each passenger and flight. What a change took over from a
 * fare that gives nothing back is kept in any case.
 */
function keptAfterCancel({ createdAtMs, segments }: Booked, flights: ReadonlyMap<string, ProofFlight>): number {
  const sold = segments.map(({ flightId, seats, priceMinor, boundMinor }) => {
    const flight = flights.get(flightId);
    if (!flight) throw new Error(`Flight ${flightId} is in the books, and nobody offered it.`);
    return { flight, seats, paidMinor: seats * priceMinor, boundMinor };
  });
  const firstDepartureMs = Math.min(...sold.map(({ flight }) => flight.departsAtMs));
  if (firstDepartureMs - createdAtMs >= weekMs) return sumOf(sold.map(({ boundMinor }) => boundMinor));
  return sumOf(
    sold.map(({ flight, seats, paidMinor, boundMinor }) =>
      flight.refundable ? Math.min(paidMinor, Math.max(boundMinor, flight.cancelFeeMinor * seats)) : paidMinor,
    ),
  );
}

function judgePayment({ id, status, amountMinor, charge }: BookedPayment, trace: EventTrace): Wrong[] {
  const wrongs: Wrong[] = [];
  const isTaken = status === 'succeeded' || status === 'refunded';
  if (isTaken && (charge?.status !== 'succeeded' || charge.amountMinor !== amountMinor)) {
    const found = charge ? `a charge of ${charge.amountMinor} that ${charge.status}` : 'no charge';
    wrongs.push(['charges', `payment ${id} of ${amountMinor} is ${status} with ${found}`]);
  }
  const told = trace.count('payment.succeeded');
  if (told !== (isTaken ? 1 : 0)) {
    wrongs.push(['events', `payment.succeeded of ${status} payment ${id} is told ${told} times`]);
  }
  return wrongs;
}

const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
