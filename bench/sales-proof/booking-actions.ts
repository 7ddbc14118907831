import {
  type Booking,
  booking as bookingSchema,
  payment as paymentSchema,
} from '@jetbridge/contracts/bookings/schemas.ts';
import { type ActionName, isSuccess } from './answers-that-may-be.ts';
import type { KnownBooking, KnownBookings } from './known-bookings.ts';
import type { ProofContext } from './proof-context.ts';
import type { Question, ReadAnswer } from './question.ts';
import type { Random } from './random.ts';
import { chooseFlights, mistakeIn, popularSeat, type RandomOrder, randomOrder, tokenWeights } from './random-order.ts';
import type { ProofUser } from './users.ts';

const shares = {
  /** Requests that may carry a key and do. */
  keyed: 0.8,
  /** Payments of one booking by two tabs at once, each with a key of its own. */
  twoTabs: 0.1,
  cancelledTwice: 0.15,
  forgetful: 0.1,
} as const;

/** Refusals after which a booking is of no use any more. */
const endings = new Set(['hold_expired', 'booking_expired', 'booking_cancelled']);

/** What a client can do with bookings, as questions to be asked, all at the same moment where there are several. */
export function createBookingActions(
  parts: ProofContext & { random: Random; known: KnownBookings<Booking>; clientNumber: number },
) {
  const { random, known, told, findings, tally, payments, clientNumber } = parts;
  let keyCount = 0;

  function question(
    action: ActionName,
    user: ProofUser,
    request: { method: 'GET' | 'POST' | 'PUT'; path: string; body?: object; keyed?: boolean; bookingId?: string },
    heard: (answer: ReadAnswer) => void,
  ): Question {
    const { method, path, body, bookingId, keyed = payments && random.chance(shares.keyed) } = request;
    return {
      action,
      user,
      request: {
        method,
        path,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(keyed ? { idempotencyKey: `${clientNumber}-${keyCount++}` } : {}),
      },
      heard: (answer) => {
        if (isSuccess(action, answer)) heard(answer);
        else if (endings.has(answer.code) && bookingId !== undefined) known.forget(bookingId);
      },
      fresh: 0,
      askAgainAtMs: 0,
    };
  }

  const randomPayment = () => ({ method: 'card', token: random.weighted(tokenWeights) });

  function place(user: ProofUser, pays: boolean): Question {
    const order = randomOrder(parts.flights.onSale(), random, { picksSeats: payments });
    const body = pays ? { ...order.body, payment: randomPayment() } : order.body;
    return question(pays ? 'buy' : 'hold', user, { method: 'POST', path: '/bookings', body }, (answer) => {
      const booking = readBooking(answer);
      if (!booking) return;
      const mistake = mistakeIn(booking, order, { assignsSeats: payments }) ?? wrongStatus(booking, pays);
      if (mistake) findings.violated('answers', `booking ${booking.id}: ${mistake}`);
      note(booking);
      known.add({ id: booking.id, user, details: booking });
      tally.count('outcomes', `bookings ${booking.status}`);
      countSeats(booking, order);
    });
  }

  function countSeats({ status }: Booking, { seats, body }: RandomOrder): void {
    if (status === 'confirmed') tally.count('outcomes', 'seats sold', seats * body.flights.length);
  }

  /** Without payments everything is confirmed at once. */
  function wrongStatus(booking: Booking, pays: boolean): string | undefined {
    const isPaying = booking.payments.some(({ status }) => status === 'processing');
    const fits = pays || !payments ? booking.status === 'confirmed' || isPaying : booking.status === 'pending';
    return fits ? undefined : `answered as ${booking.status}`;
  }

  function note(booking: Booking): void {
    if (booking.status === 'confirmed') told.note(booking.id, 'confirmed');
    else if (booking.status === 'cancelled') told.note(booking.id, 'cancelled');
    else told.note(booking.id, booking.payments.length > 0 ? 'paymentProcessing' : 'held');
  }

  function pay(held: KnownBooking<Booking>): Question {
    const { id, user } = held;
    told.note(id, 'paymentAsked');
    const path = `/bookings/${id}/payments`;
    return question('pay', user, { method: 'POST', path, body: randomPayment(), bookingId: id }, (answer) => {
      const payment = paymentSchema.safeParse(answer.body);
      if (!payment.success) {
        findings.violated('answers', `a payment not of the contract's form: ${payment.error.message}`);
        return;
      }
      told.note(id, payment.data.status === 'succeeded' ? 'confirmed' : 'paymentProcessing');
      tally.count('outcomes', `payments ${payment.data.status}`);
      // Some forget that they have paid, and pay again.
      if (!random.chance(shares.forgetful)) held.details = { ...held.details, status: 'confirmed' };
    });
  }

  function cancel({ id, user }: KnownBooking<Booking>): Question {
    told.note(id, 'cancelAsked');
    return question('cancel', user, { method: 'POST', path: `/bookings/${id}/cancel`, bookingId: id }, (answer) => {
      const booking = readBooking(answer);
      if (!booking) return;
      if (booking.status !== 'cancelled')
        findings.violated('answers', `booking ${id}: cancelled, and ${booking.status}`);
      note(booking);
      known.forget(id);
      tally.count('outcomes', 'bookings cancelled');
    });
  }

  /** Asks for other flights; some of those it has may stay. */
  function change(mine: KnownBooking<Booking>): Question {
    const { id, user } = mine;
    const wanted = chooseFlights(parts.flights.onSale(), random).map((flight) => flight.id);
    const body = {
      flights: wanted.map((flightId) => ({ flightId, cabin: 'economy' })),
      ...(payments ? { payment: randomPayment() } : {}),
    };
    return question(
      'change',
      user,
      { method: 'POST', path: `/bookings/${id}/change`, body, bookingId: id },
      (answer) => {
        const booking = readBooking(answer);
        if (!booking) return;
        const got = booking.segments.map(({ flightId }) => flightId).join();
        const isPaying = booking.payments.some(({ status }) => status === 'processing');
        if (got !== wanted.join() && !isPaying)
          findings.violated('answers', `booking ${id}: not the flights it asked for`);
        mine.details = booking;
        tally.count('outcomes', isPaying ? 'changes that wait for their payment' : 'bookings changed');
      },
    );
  }

  /** Moves a passenger to where everybody wants to sit. */
  function reseat({ id, user, details }: KnownBooking<Booking>): Question {
    const flight = parts.flights.all.get(random.pick(details.segments).flightId);
    if (!flight) throw new Error(`Booking ${id} is of a flight that nobody offered.`);
    const seat = popularSeat(flight, random);
    // The first passenger is an adult, always.
    const body = { seats: [{ flightId: flight.id, passenger: 0, seat }] };
    return question(
      'reseat',
      user,
      { method: 'PUT', path: `/bookings/${id}/seats`, body, keyed: false, bookingId: id },
      (answer) => {
        const booking = readBooking(answer);
        if (booking && booking.passengers[0]?.seats[flight.id] !== seat) {
          findings.violated('answers', `booking ${id}: not the seat ${seat} that was chosen`);
        }
      },
    );
  }

  /** Whoever was told of a booking finds it, in a state that what it was told can lead to. */
  function look({ id, user, details }: KnownBooking<Booking>): Question {
    return question('look', user, { method: 'GET', path: `/bookings/${id}`, keyed: false }, (answer) => {
      const booking = readBooking(answer);
      if (booking && booking.reference !== details.reference) {
        findings.violated('answers', `booking ${id} has another reference than it had`);
      }
    });
  }

  function readBooking({ body }: ReadAnswer): Booking | undefined {
    const read = bookingSchema.safeParse(body);
    if (read.success) return read.data;
    findings.violated('answers', `a booking not of the contract's form: ${read.error.message}`);
    return undefined;
  }

  /** One question, or two where a request shall meet its like; a purchase where the client has no booking for it. */
  function questionsOf(action: ActionName, user: ProofUser): Question[] {
    if (action === 'hold') return [place(user, false)];
    if (action === 'pay') {
      const held = known.any(({ status }) => status === 'pending');
      if (held) return random.chance(shares.twoTabs) ? [pay(held), pay(held)] : [pay(held)];
    } else if (action !== 'buy') {
      const mine = known.any(() => true);
      if (mine && action === 'cancel') {
        return random.chance(shares.cancelledTwice) ? [cancel(mine), cancel(mine)] : [cancel(mine)];
      }
      if (mine && action === 'change') return [change(mine)];
      if (mine) return [action === 'reseat' ? reseat(mine) : look(mine)];
    }
    return [place(user, true)];
  }

  return { questionsOf };
}
