import { setTimeout as wait } from 'node:timers/promises';
import { mayBe, wordsOf } from './answers-that-may-be.ts';
import type { Doors, Outcome } from './doors.ts';
import type { Findings } from './findings.ts';
import { isKeyed, leavesOpen, type Question, type ReadAnswer, readAnswer } from './question.ts';
import type { Random } from './random.ts';
import type { Sellers } from './sellers.ts';
import type { Tally } from './tally.ts';

/** How one client asks: again and again with the same key, at any seller, until it knows. */
export type Asking = {
  readonly ask: (question: Question) => Promise<void>;
  /** Asks on two connections at the same moment. */
  readonly askTwice: (question: Question) => Promise<void>;
  /** Sends, cuts the connection so soon that mostly no answer comes, and asks again. */
  readonly cutAndAsk: (question: Question) => Promise<void>;
  /** Asks once more what has its answer already. */
  readonly replay: (question: Question) => Promise<void>;
  /** Asks one of those again whose answer is open and whose time has come; false when there is none. */
  readonly askOpenOne: () => Promise<boolean>;
  readonly open: () => number;
};

/** Tries at once, before a question is put aside. */
const quickTries = 3;
const quickRestMs = { min: 20, max: 150 };

/** A killed process leaves questions open until somebody finishes what it began, which takes most of a minute. */
const askAgainAfterMs = { min: 1_000, max: 6_000 };

/** Questions that a client puts aside at most; it waits for the oldest then. */
const maximumOpen = 500;

/** Within this time most requests are on their way or being worked on. */
const longestCutMs = 12;

export function createAsking(parts: {
  doors: Doors;
  sellers: Sellers;
  tally: Tally;
  findings: Findings;
  random: Random;
}): Asking {
  const { doors, sellers, tally, findings, random } = parts;
  const open: Question[] = [];

  /** Whether the question needs no further asking. */
  async function askOnce(question: Question, cutAfterMs?: number): Promise<boolean> {
    const wasKnown = question.first !== undefined;
    const outcome = await send(question, cutAfterMs);
    if (outcome.kind === 'unsent') return false;
    // Without a key nobody can find out what became of it, and asking again might do it twice.
    if (outcome.kind === 'lost') return !isKeyed(question);
    const answer = readAnswer(outcome.answer);
    tally.count('answers', `${question.action} ${wordsOf(answer)}`);
    findings.checked('answers', 1);
    if (!mayBe(question.action, answer)) findings.violated('answers', describe(question, answer));
    if (leavesOpen(answer)) {
      if (wasKnown) reportForgotten(question, answer);
      return !isKeyed(question);
    }
    settle(question, answer);
    return true;
  }

  async function send({ request, user }: Question, cutAfterMs?: number): Promise<Outcome> {
    const ports = sellers.ports();
    if (ports.length === 0) return { kind: 'unsent' };
    const outcome = await doors.send(random.pick(ports), { ...request, token: user.token() }, cutAfterMs);
    if (outcome.kind === 'unsent') tally.count('events', 'requests at a process that was down');
    if (outcome.kind === 'lost') {
      tally.count('events', cutAfterMs === undefined ? 'connections lost by a kill' : 'connections cut by a client');
    }
    return outcome;
  }

  function settle(question: Question, answer: ReadAnswer): void {
    if (answer.replayed) tally.count('events', 'replays');
    else question.fresh += 1;
    if (question.first === undefined) {
      question.first = answer.fingerprint;
      question.heard(answer);
      return;
    }
    findings.checked('replays', 1);
    if (question.first !== answer.fingerprint) {
      findings.violated('replays', `${describe(question, answer)}: not the first answer`);
    } else if (question.fresh > 1) {
      findings.violated('replays', `${describe(question, answer)}: twice without Idempotent-Replayed`);
    }
  }

  /** Once an answer was given, only a service that is away may fail to give it again. */
  function reportForgotten(question: Question, answer: ReadAnswer): void {
    if (answer.code !== 'idempotency_in_progress') return;
    findings.checked('replays', 1);
    findings.violated('replays', `${describe(question, answer)}: after its first answer`);
  }

  function putAside(question: Question): void {
    question.askAgainAtMs = performance.now() + between(askAgainAfterMs);
    open.push(question);
  }

  const between = ({ min, max }: { min: number; max: number }) => min + random.fraction() * (max - min);

  async function ask(question: Question): Promise<void> {
    while (open.length >= maximumOpen) await askOpenOne();
    for (let tries = 1; tries <= quickTries; tries++) {
      if (await askOnce(question)) return;
      await wait(between(quickRestMs));
    }
    // Without a key it has had no effect, and is forgotten.
    if (isKeyed(question)) putAside(question);
  }

  async function askOpenOne(): Promise<boolean> {
    const now = performance.now();
    const place = open.findIndex(({ askAgainAtMs }) => askAgainAtMs <= now);
    const [question] = place < 0 ? [] : open.splice(place, 1);
    if (question) {
      if (!(await askOnce(question))) putAside(question);
      return true;
    }
    if (open.length >= maximumOpen) await wait(quickRestMs.max);
    return false;
  }

  return {
    ask,
    askTwice: async (question) => {
      tally.count('events', 'same-key requests at the same moment', 2);
      const ends = await Promise.all([askOnce(question), askOnce(question)]);
      if (!ends.every(Boolean)) await ask(question);
    },
    cutAndAsk: async (question) => {
      await askOnce(question, random.fraction() * longestCutMs);
      if (isKeyed(question)) await ask(question);
    },
    replay: async (question) => {
      await askOnce(question);
    },
    askOpenOne,
    open: () => open.length,
  };
}

const describe = ({ action, request }: Question, answer: ReadAnswer) =>
  `${action} ${request.path}${request.idempotencyKey === undefined ? '' : ` (key ${request.idempotencyKey})`}: ${wordsOf(answer)} ${JSON.stringify(answer.body)?.slice(0, 300) ?? ''}`;
