import { setTimeout as wait } from 'node:timers/promises';
import type { Booking } from '@jetbridge/contracts/bookings/schemas.ts';
import type { ActionName } from './answers-that-may-be.ts';
import { createAsking } from './asking.ts';
import { createBookingActions } from './booking-actions.ts';
import { createKnownBookings } from './known-bookings.ts';
import type { ProofContext } from './proof-context.ts';
import type { Question } from './question.ts';
import { createRandom } from './random.ts';
import { createUser } from './users.ts';

/** A customer, or several that share a desk: buys, pays, cancels, and asks again where it was not told. */
export type Client = {
  /** Does one thing and waits for its answer. */
  readonly act: () => Promise<void>;
  /** Asks open questions again until all are answered, or until the signal says stop; returns how many are left. */
  readonly findOut: (signal: AbortSignal) => Promise<number>;
  readonly open: () => number;
};

/** How often each thing is done, where all can be done. */
const weights = {
  buy: 40,
  hold: 13,
  pay: 11,
  cancel: 14,
  change: 8,
  replay: 6,
  reseat: 4,
  look: 4,
} as const satisfies Record<ActionName | 'replay', number>;
/** Where bookings are confirmed at once, without payments, seats and keys. */
const weightsWithoutPayments = {
  ...{ buy: 66, hold: 0, pay: 0, cancel: 20, change: 8 },
  ...{ replay: 0, reseat: 0, look: 6 },
} as const;

/** How a request is sent: most are sent once. */
const manners = { once: 93, twice: 4, cut: 3 } as const;

/** Each may hold nine seats without paying. */
const usersPerClient = 3;

/** Between two looks whether the time of an open question has come. */
const restMs = 50;

/** Questions that are remembered with their answers, to be asked again some day. */
const maximumRemembered = 50;

export function createClient(context: ProofContext, number: number): Client {
  const { tally, payments } = context;
  const random = createRandom(context.seed + number);
  const asking = createAsking({ ...context, random });
  const users = Array.from({ length: usersPerClient }, () => createUser(context.tokens));
  const known = createKnownBookings<Booking>(random);
  const actions = createBookingActions({ ...context, random, known, clientNumber: number });
  const remembered: Question[] = [];

  async function askInSomeManner(question: Question): Promise<void> {
    const isKeyed = question.request.idempotencyKey !== undefined;
    const manner = random.weighted(manners);
    if (manner === 'cut') await asking.cutAndAsk(question);
    else if (manner === 'twice' && isKeyed) await asking.askTwice(question);
    else await asking.ask(question);
    if (!isKeyed) return;
    if (remembered.length < maximumRemembered) remembered.push(question);
    else remembered[random.below(maximumRemembered)] = question;
  }

  async function replay(): Promise<void> {
    const question = remembered.length > 0 ? random.pick(remembered) : undefined;
    if (question?.first !== undefined) await asking.replay(question);
  }

  async function act(): Promise<void> {
    await asking.askOpenOne();
    const action = random.weighted(payments ? weights : weightsWithoutPayments);
    tally.count('attempts', action);
    if (action === 'replay') return replay();
    const questions = actions.questionsOf(action, random.pick(users));
    await Promise.all(questions.map(askInSomeManner));
  }

  return {
    act,
    findOut: async (signal) => {
      while (asking.open() > 0 && !signal.aborted) {
        if (!(await asking.askOpenOne())) await wait(restMs);
      }
      return asking.open();
    },
    open: asking.open,
  };
}
