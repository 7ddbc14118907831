import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import type { Random } from '../sales-proof/random.ts';
import type { Tally } from '../sales-proof/tally.ts';
import { type ServiceProcess, startServiceProcess } from '../sales-world/service-process.ts';

/** The processes of reminder-service. */
export type Senders = {
  /** Ends one that runs, as a crash would, and starts it again; false when none runs. Does not wait for the new start. */
  readonly killAny: (random: Random) => boolean;
  /** When a process was killed, by the name it logged in to the mail server with. */
  readonly kills: () => ReadonlyMap<string, number>;
  /** Ends when all run. @throws when one did not start again. */
  readonly allRunning: () => Promise<void>;
  /** The memory of those that run, in MB. */
  readonly memoryMb: () => number[];
  /** What they warned of, each kind once, the most frequent first. */
  readonly warnings: () => readonly string[];
  readonly stop: () => Promise<void>;
};

type Sender = {
  readonly number: number;
  readonly port: number;
  process: ServiceProcess | undefined;
  user: string;
  starting: Promise<void>;
};

/** A process that can't start, because the database is away, is started again, as a process manager would. */
const maximumStarts = 30;
const startAgainAfterMs = 500;

/** Of the many starts at the beginning, so many at a time. */
const startsAtOnce = 2;

export async function startSenders(parts: {
  count: number;
  folder: string;
  smtpUrlFor: (user: string) => string;
  settings: Readonly<Record<string, string>>;
  tally: Tally;
}): Promise<Senders> {
  const senders: Sender[] = [];
  for (let number = 1; number <= parts.count; number++) {
    senders.push({ number, port: await freePort(), process: undefined, user: '', starting: Promise.resolve() });
  }
  const kills = new Map<string, number>();
  const logFile = join(parts.folder, 'senders.log');
  let starts = 0;
  let isStopping = false;

  async function start(sender: Sender): Promise<void> {
    for (let attempt = 1; !isStopping; attempt++) {
      starts += 1;
      sender.user = `sender-${sender.number}-${starts}`;
      try {
        sender.process = await startServiceProcess({
          script: 'reminder-service/src/main.ts',
          port: sender.port,
          logFile,
          environment: {
            NODE_ENV: 'test',
            LOG_LEVEL: 'warn',
            INTERNAL_SECRET: testInternalSecret,
            REMINDER_PORT: String(sender.port),
            SMTP_URL: parts.smtpUrlFor(sender.user),
            ...parts.settings,
          },
        });
        return;
      } catch (error) {
        if (attempt === maximumStarts) throw error;
        parts.tally.count('answers', 'starts that failed');
        await wait(startAgainAfterMs);
      }
    }
  }

  async function killAndStart(sender: Sender, process: ServiceProcess): Promise<void> {
    sender.process = undefined;
    kills.set(sender.user, Date.now());
    await process.kill();
    await start(sender);
    parts.tally.count('answers', 'processes started again');
  }

  async function allRunning(): Promise<void> {
    await Promise.all(senders.map(({ starting }) => starting));
  }

  async function stop(): Promise<void> {
    isStopping = true;
    await Promise.allSettled(senders.map(({ starting }) => starting));
    await Promise.all(senders.map(({ process }) => process?.stop()));
  }

  const [first, ...others] = senders;
  try {
    // The first one makes the tables while nobody waits for them.
    if (first) await start(first);
    const left = others.values();
    const startNext = async () => {
      for (const sender of left) await start(sender);
    };
    await Promise.all(Array.from({ length: startsAtOnce }, startNext));
  } catch (error) {
    await stop();
    throw error;
  }
  const running = () => senders.flatMap((sender) => (sender.process ? [{ sender, process: sender.process }] : []));
  return {
    killAny: (random) => {
      const candidates = running();
      if (candidates.length === 0) return false;
      const { sender, process } = random.pick(candidates);
      sender.starting = killAndStart(sender, process);
      // Whoever waits for `allRunning` hears of a failure; until then it must not end this program.
      sender.starting.catch(() => {});
      return true;
    },
    kills: () => kills,
    allRunning,
    memoryMb: () => running().flatMap(({ process }) => memoryMbOf(process)),
    warnings: () => countKinds(readFileSync(logFile, 'utf8')),
    stop,
  };
}

/** Nothing for one that ended a moment ago. Linux only; proc_pid_status(5). */
export function memoryMbOf({ pid }: Pick<ServiceProcess, 'pid'>): number | [] {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1_024);
  } catch {
    return [];
  }
}

/** Lines of a log by their messages, as often as they came. */
function countKinds(log: string): string[] {
  const kinds = new Map<string, { times: number; example: string }>();
  for (const line of log.split('\n')) {
    const message = /"msg":"([^"]*)"/.exec(line)?.[1] ?? line.replaceAll(/\d+/g, '#');
    if (message === '') continue;
    const kind = kinds.get(message) ?? { times: 0, example: line };
    kind.times += 1;
    kinds.set(message, kind);
  }
  const frequent = [...kinds.values()].toSorted((one, other) => other.times - one.times);
  return frequent.map(({ times, example }) => `${times} × ${example}`);
}
