import { wait } from '@jetbridge/service-kit/time/wait.ts';

/** Questions that a run takes at most: enough to make the cost of a transaction small, few enough to keep it short. */
const maximumTogether = 100;

/**
 * Answers calls one by one that are worked on together: what is asked at the same time, or while a run is under way, goes
 * into one run.
 * @param run answers questions in their order. If it fails for several, each is run again by itself, so that one that
 * can't be answered spoils no other.
 * @param options.gatherMs how long a question waits for others to come. 0: for none but those of the same moment.
 * @param options.spoilsAll whether an error would be that of each by itself, too: the database is away.
 */
export function together<Question, Answer>(
  run: Run<Question, Answer>,
  options: { readonly gatherMs: number; readonly spoilsAll: (error: unknown) => boolean },
): (question: Question) => Promise<Answer> {
  const { gatherMs, spoilsAll } = options;
  let waiting: Asked<Question, Answer>[] = [];
  let isRunning = false;

  async function runAll(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      await (gatherMs > 0 ? wait(gatherMs) : undefined);
      const asked = waiting.slice(0, maximumTogether);
      waiting = waiting.slice(maximumTogether);
      await answer(run, asked, spoilsAll);
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

type Run<Question, Answer> = (questions: readonly Question[]) => Promise<readonly Answer[]>;

type Asked<Question, Answer> = {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/** Never fails: whoever asked hears of it. */
async function answer<Question, Answer>(
  run: Run<Question, Answer>,
  asked: readonly Asked<Question, Answer>[],
  spoilsAll: (error: unknown) => boolean,
): Promise<void> {
  try {
    const answers = await run(asked.map(({ question }) => question));
    if (answers.length !== asked.length) throw new Error(`${asked.length} questions got ${answers.length} answers.`);
    // As many as there are questions, in their order.
    for (const [index, { resolve }] of asked.entries()) resolve(answers[index] as Answer);
  } catch (error) {
    if (asked.length === 1 || spoilsAll(error)) for (const { reject } of asked) reject(error);
    else for (const one of asked) await answer(run, [one], spoilsAll);
  }
}
