import { wait } from '@jetbridge/service-kit/time/wait.ts';

/** Questions that a run takes at most: enough to make the cost of a transaction small, few enough to keep it short. */
const maximumTogether = 50;

/**
 * Answers calls one by one that are worked on together: what is asked at the same time, or while a run is under way, goes
 * into one run.
 * @param run answers questions in their order. If it fails for several, each is run again by itself, so that one that
 * can't be answered spoils no other.
 * @param gatherMs how long a question waits for others to come. 0: for none but those of the same moment.
 */
export function together<Question, Answer>(
  run: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  gatherMs = 0,
): (question: Question) => Promise<Answer> {
  let waiting: Asked<Question, Answer>[] = [];
  let isRunning = false;

  async function runAll(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      await (gatherMs > 0 ? wait(gatherMs) : undefined);
      const asked = waiting.slice(0, maximumTogether);
      waiting = waiting.slice(maximumTogether);
      await answer(run, asked);
    }
    isRunning = false;
  }

  return (question) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    waiting.push({ question, resolve, reject });
    if (!isRunning) void runAll();
    return promise;
  };
}

type Asked<Question, Answer> = {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/** Never fails: whoever asked hears of it. */
async function answer<Question, Answer>(
  run: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  asked: readonly Asked<Question, Answer>[],
): Promise<void> {
  try {
    const answers = await run(asked.map(({ question }) => question));
    if (answers.length !== asked.length) throw new Error(`${asked.length} questions got ${answers.length} answers.`);
    // As many as there are questions, in their order.
    for (const [index, { resolve }] of asked.entries()) resolve(answers[index] as Answer);
  } catch (error) {
    if (asked.length > 1) for (const one of asked) await answer(run, [one]);
    else for (const { reject } of asked) reject(error);
  }
}
