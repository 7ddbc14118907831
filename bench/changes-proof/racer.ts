import { setTimeout as wait } from 'node:timers/promises';
import { type Booking, booking as bookingSchema } from '@jetbridge/contracts/bookings/schemas.ts';
import { wordsOf } from '../sales-proof/answers-that-may-be.ts';
import type { Doors } from '../sales-proof/doors.ts';
import type { Findings } from '../sales-proof/findings.ts';
import type { ProofFlight } from '../sales-proof/proof-flights.ts';
import { type ReadAnswer, readAnswer } from '../sales-proof/question.ts';
import type { Random } from '../sales-proof/random.ts';
import type { Sellers } from '../sales-proof/sellers.ts';
import type { Tally } from '../sales-proof/tally.ts';
import type { ToldBookings } from '../sales-proof/told-bookings.ts';
import type { ProofUser } from '../sales-proof/users.ts';
import { mayEndIn, type Pair, type RaceName } from './races.ts';

export type RacerParts = {
  readonly doors: Doors;
  readonly sellers: Sellers;
  readonly findings: Findings;
  readonly tally: Tally;
  readonly told: ToldBookings;
  readonly random: Random;
  /** Whose each of this racer's bookings is. */
  readonly user: ProofUser;
  /** With room for everybody. */
  readonly flights: readonly ProofFlight[];
  /** With a single seat, which this racer alone sells. */
  readonly lastSeat: ProofFlight;
  /** How long a booking is held for payment. */
  readonly holdMs: number;
};

/** The second request starts within this time after the first: before, while and after it is decided. */
const longestLeadMs = 6;

/** A change that meets the end of a hold is sent within this time before it. */
const longestBeforeEndMs = 60;

/** How often a request is sent again to a service that is busy. */
const maximumTries = 20;

const card = { method: 'card', token: 'tok_visa' } as const;
const passengers = [{ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }];
const contact = { email: 'racers@example.com' };

/** Runs races, one after the other, and says of each whether it ended as it may. */
export function createRacer(parts: RacerParts) {
  const { doors, sellers, findings, tally, told, random, user, flights, lastSeat } = parts;

  async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<ReadAnswer> {
    for (let tries = 1; tries <= maximumTries; tries++) {
      const request = { method, path, token: user.token(), ...(body ? { body: JSON.stringify(body) } : {}) };
      const outcome = await doors.send(random.pick(sellers.ports()), request);
      if (outcome.kind !== 'answered') throw new Error(`${method} ${path} got no answer, and nobody was killed.`);
      const answer = readAnswer(outcome.answer);
      if (answer.status < 500) return answer;
      await wait(50);
    }
    throw new Error(`${method} ${path} was answered 5xx ${maximumTries} times.`);
  }

  /** Asks two things so close to each other that either may be decided first. */
  async function race(one: () => Promise<ReadAnswer>, other: () => Promise<ReadAnswer>) {
    const [first, second] = random.chance(0.5) ? [one, other] : [other, one];
    const leading = first();
    const leadMs = random.fraction() * longestLeadMs;
    if (leadMs > 1) await wait(leadMs);
    const [firstAnswer, secondAnswer] = await Promise.all([leading, second()]);
    return first === one ? ([firstAnswer, secondAnswer] as const) : ([secondAnswer, firstAnswer] as const);
  }

  async function buy(flight: ProofFlight, payment?: typeof card): Promise<Booking> {
    const flightIds = [{ flightId: flight.id, cabin: 'economy' }];
    const answer = await ask('POST', '/bookings', { flights: flightIds, passengers, contact, payment });
    const booking = bookingSchema.parse(answer.body);
    told.note(booking.id, payment ? 'confirmed' : 'held');
    return booking;
  }

  const read = async (id: string) => bookingSchema.parse((await ask('GET', `/bookings/${id}`)).body);
  const change = ({ id }: Booking, to: ProofFlight) =>
    ask('POST', `/bookings/${id}/change`, { flights: [{ flightId: to.id, cabin: 'economy' }], payment: card });
  function cancel({ id }: Booking): Promise<ReadAnswer> {
    told.note(id, 'cancelAsked');
    return ask('POST', `/bookings/${id}/cancel`);
  }

  function judge(name: RaceName, pair: Pair, about: string): void {
    tally.count('outcomes', `${name}: ${pair.filter((words) => words !== '').join(', ')}`);
    findings.checked('answers', 1);
    if (!mayEndIn(name, pair)) findings.violated('answers', `${name} of ${about}: ${pair.join(', ')}`);
  }

  /** That a booking is, afterwards, what the answers said. */
  function expectState(booking: Booking, status: Booking['status'], flight?: ProofFlight): void {
    findings.checked('acknowledged', 1);
    const [segment] = booking.segments;
    const isThere = flight === undefined || segment?.flightId === flight.id;
    if (booking.status === status && isThere) return;
    findings.violated('acknowledged', `booking ${booking.id} is ${booking.status} on ${segment?.flightId}`);
  }

  const twoFlights = () => {
    const from = random.pick(flights);
    const others = flights.filter(({ id }) => id !== from.id);
    return [from, random.pick(others)] as const;
  };

  const races: Readonly<Record<RaceName, () => Promise<void>>> = {
    'two cancellations': async () => {
      const booking = await buy(random.pick(flights), card);
      const [one, other] = await race(
        () => cancel(booking),
        () => cancel(booking),
      );
      judge('two cancellations', [wordsOf(one), wordsOf(other)], booking.id);
      const refunds = [one, other].map(({ body }) =>
        bookingSchema
          .parse(body)
          .refunds.map(({ id }) => id)
          .join(),
      );
      if (refunds[0] !== refunds[1]) findings.violated('money', `booking ${booking.id} has two refunds: ${refunds}`);
      expectState(await read(booking.id), 'cancelled');
    },
    'cancellation and change': async () => {
      const [from, to] = twoFlights();
      const booking = await buy(from, card);
      const [cancelled, changed] = await race(
        () => cancel(booking),
        () => change(booking, to),
      );
      judge('cancellation and change', [wordsOf(cancelled), wordsOf(changed)], booking.id);
      const flight = changed.status === 200 ? to : from;
      expectState(await read(booking.id), cancelled.status === 200 ? 'cancelled' : 'confirmed', flight);
    },
    'change and end of the hold': async () => {
      const [from, to] = twoFlights();
      const heldAtMs = performance.now();
      const booking = await buy(from);
      const endsInMs = heldAtMs + parts.holdMs - performance.now();
      await wait(Math.max(0, endsInMs - random.fraction() * longestBeforeEndMs));
      const changed = await change(booking, to);
      judge('change and end of the hold', [wordsOf(changed), ''], booking.id);
    },
    'change and buyer of the last seat': async () => {
      const booking = await buy(random.pick(flights), card);
      const order = { flights: [{ flightId: lastSeat.id, cabin: 'economy' }], passengers, contact, payment: card };
      const [changed, bought] = await race(
        () => change(booking, lastSeat),
        () => ask('POST', '/bookings', order),
      );
      judge('change and buyer of the last seat', [wordsOf(changed), wordsOf(bought)], booking.id);
      // The seat goes back for the next race.
      const holder = bought.status === 201 ? bookingSchema.parse(bought.body) : booking;
      told.note(holder.id, 'confirmed');
      if (changed.status === 200 || bought.status === 201) await cancel(holder);
    },
    'two changes': async () => {
      const [from, to] = twoFlights();
      const third = random.pick(flights.filter(({ id }) => id !== from.id && id !== to.id));
      const booking = await buy(from, card);
      const [one, other] = await race(
        () => change(booking, to),
        () => change(booking, third),
      );
      judge('two changes', [wordsOf(one), wordsOf(other)], booking.id);
      if (one.status !== 200 || other.status !== 200) {
        expectState(await read(booking.id), 'confirmed', one.status === 200 ? to : third);
      }
    },
  };
  return { run: (name: RaceName) => races[name]() };
}

export type Racer = ReturnType<typeof createRacer>;
