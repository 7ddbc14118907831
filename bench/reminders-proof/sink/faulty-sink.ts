import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '@jetbridge/testing/free-port.ts';
import type { Tally } from '../../sales-proof/tally.ts';
import type { SinkOrder, SinkReport, TakenMail } from './sink-messages.ts';

/** A mail server that refuses, delays and hangs up now and then, in a process of its own that dies with this one. */
export type FaultySink = {
  /** For whoever logs in under this name, so that it can be told who sent what. */
  readonly urlFor: (user: string) => string;
  /** Those that it took, as far as it told of them: it does so every 100 ms. */
  readonly mails: () => readonly TakenMail[];
  readonly pid: number;
  /** Ends when it has told of all it has taken by now. */
  readonly allTold: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** @param parts.hasMishaps false: it takes whatever comes, as fast as it can. */
export async function startFaultySink(parts: {
  seed: number;
  tally: Tally;
  hasMishaps?: boolean;
}): Promise<FaultySink> {
  const port = await freePort();
  const mails: TakenMail[] = [];
  const order: SinkOrder = { port, seed: parts.seed, hasMishaps: parts.hasMishaps ?? true };
  const child = fork(join(import.meta.dirname, 'main.ts'), [JSON.stringify(order)]);
  child.on('message', (message) => {
    // It sends nothing else.
    const { taken, events } = message as SinkReport;
    for (const mail of taken) mails.push(mail);
    for (const event of events) parts.tally.count('outcomes', event);
  });
  const listens = new AbortController();
  await Promise.race([once(child, 'message', listens), once(child, 'exit', listens)]).finally(() => listens.abort());
  const { pid } = child;
  if (child.exitCode !== null || pid === undefined) throw new Error('The mail server of the proof ended by itself.');
  return {
    urlFor: (user) => `smtp://${user}:secret@127.0.0.1:${port}`,
    mails: () => mails,
    pid,
    allTold: async () => {
      // The first report may have been on its way already.
      await once(child, 'message');
      await once(child, 'message');
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
