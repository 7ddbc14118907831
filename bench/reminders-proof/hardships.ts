import type { PrivateServer } from '@jetbridge/testing/private-server.ts';
import type { Random } from '../sales-proof/random.ts';
import type { Tally } from '../sales-proof/tally.ts';
import type { RunTimes } from './planned-bookings.ts';
import type { Senders } from './senders.ts';

/** Kills processes and servers while a run goes on. */
export type Hardships = {
  /** Does what is due by now, and does not wait for its end. */
  readonly runOnce: () => void;
  /** Ends when all that was killed serves again. @throws when it does not */
  readonly over: () => Promise<void>;
};

/** Crashes and restarts are over by this share of the run, so that it also shows how soon all is well again. */
const shareOfRun = 0.85;

export function planHardships(parts: {
  times: RunTimes;
  killEveryMs: number;
  /** Of the database and of the broker, each. */
  restarts: number;
  senders: Senders;
  database: PrivateServer;
  broker: PrivateServer;
  random: Random;
  tally: Tally;
}): Hardships {
  const { times, senders, random, tally } = parts;
  const lastMs = times.startMs + shareOfRun * times.lengthMs;
  let nextKillAtMs = times.startMs + parts.killEveryMs;
  const restarts = planRestarts();
  const underWay: Promise<void>[] = [];

  /** The database and the broker by turns, evenly over the run. */
  function planRestarts() {
    const servers = [
      { server: parts.database, title: 'database' },
      { server: parts.broker, title: 'broker' },
    ];
    const all = Array.from({ length: parts.restarts }, () => servers).flat();
    const everyMs = (shareOfRun * times.lengthMs) / (all.length + 1);
    return all.map((one, place) => ({ ...one, atMs: times.startMs + (place + 1) * everyMs }));
  }

  async function crash({ server, title }: (typeof restarts)[number]): Promise<void> {
    const startedAt = performance.now();
    await server.kill();
    await server.restart();
    tally.count('answers', `crashes of the ${title}`);
    tally.count('answers', `seconds without the ${title}`, Math.round((performance.now() - startedAt) / 1_000));
  }

  return {
    runOnce: () => {
      const nowMs = Date.now();
      if (nowMs >= nextKillAtMs && nowMs <= lastMs) {
        nextKillAtMs += parts.killEveryMs;
        if (senders.killAny(random)) tally.count('answers', 'processes killed');
      }
      for (let next = restarts[0]; next && next.atMs <= nowMs; next = restarts[0]) {
        restarts.shift();
        const crashing = crash(next);
        // Whoever waits for `over` hears of a failure.
        crashing.catch(() => {});
        underWay.push(crashing);
      }
    },
    over: async () => {
      await Promise.all(underWay);
      await senders.allRunning();
    },
  };
}
