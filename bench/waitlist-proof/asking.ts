import { setTimeout as wait } from 'node:timers/promises';
import type { Request } from '../raw-http/request-text.ts';
import type { Doors } from '../sales-proof/doors.ts';
import type { FindingsBook } from '../sales-proof/findings.ts';
import { leavesOpen, type ReadAnswer, readAnswer } from '../sales-proof/question.ts';
import type { Random } from '../sales-proof/random.ts';
import type { Sellers } from '../sales-proof/sellers.ts';
import type { Tally } from '../sales-proof/tally.ts';
import type { ProofUser } from '../sales-proof/users.ts';

/** Which answers a client must reckon with, by what it does; every other one is a mistake of the service. */
const answers = {
  join: ['201'],
  buy: ['201', '402 payment_declined', '409 sold_out'],
  hold: ['201', '409 sold_out'],
  pay: ['201', '402 payment_declined', '409 hold_expired', '409 already_paid', '409 payment_in_progress'],
  cancel: ['200', '409 booking_expired', '409 payment_in_progress'],
  leave: ['204', '404 waitlist_entry_not_found', '409 waitlist_offered'],
  look: ['200'],
} as const satisfies Record<string, readonly string[]>;
export type ActionName = keyof typeof answers;

/** How one client asks: again and again, with the same key where the request takes one, at any seller, until it knows. */
export type Asking = (
  action: ActionName,
  user: ProofUser,
  request: Omit<Request, 'token' | 'idempotencyKey'>,
) => Promise<ReadAnswer | undefined>;

const restMs = { min: 20, max: 200 };

/** A payment that a kill interrupted is finished within a minute; nothing else takes so long. */
const longestAskingMs = 120_000;

export function createAsking(parts: {
  doors: Doors;
  sellers: Sellers;
  tally: Tally;
  findings: FindingsBook<'answers'>;
  random: Random;
  clientNumber: number;
}): Asking {
  const { doors, sellers, tally, findings, random, clientNumber } = parts;
  let keyCount = 0;

  return async (action, user, request) => {
    const idempotencyKey = request.method === 'POST' ? `${clientNumber}-${keyCount++}` : undefined;
    const deadlineMs = performance.now() + longestAskingMs;
    while (performance.now() < deadlineMs) {
      const ports = sellers.ports();
      if (ports.length > 0) {
        const keyed = idempotencyKey === undefined ? {} : { idempotencyKey };
        const outcome = await doors.send(random.pick(ports), { ...request, ...keyed, token: user.token() });
        if (outcome.kind === 'lost') tally.count('events', 'connections lost by a kill');
        if (outcome.kind === 'unsent') tally.count('events', 'requests at a process that was down');
        const answer = outcome.kind === 'answered' ? readAnswer(outcome.answer) : undefined;
        if (answer && !leavesOpen(answer)) return judge(action, request, answer);
      }
      await wait(restMs.min + random.fraction() * (restMs.max - restMs.min));
    }
    findings.violated('answers', `${action} ${request.path}: no answer for ${longestAskingMs / 1_000} s`);
    return undefined;
  };

  function judge(action: ActionName, { path }: Pick<Request, 'path'>, answer: ReadAnswer): ReadAnswer {
    const words = answer.code === '' ? String(answer.status) : `${answer.status} ${answer.code}`;
    tally.count('answers', `${action} ${words}`);
    findings.checked('answers', 1);
    if (!answers[action].some((one) => one === words)) {
      findings.violated('answers', `${action} ${path}: ${words} ${JSON.stringify(answer.body)?.slice(0, 300) ?? ''}`);
    }
    return answer;
  }
}
