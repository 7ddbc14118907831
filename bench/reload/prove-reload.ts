import { setTimeout as wait } from 'node:timers/promises';
import { startManagedSystem } from './managed-system.ts';
import { startPostingClients, type Tally } from './posting-clients.ts';

export type ReloadReport = {
  readonly requests: number;
  /** Requests that were not answered as they must be. */
  readonly failed: number;
  readonly reloads: number;
  readonly seconds: number;
  readonly tally: Tally;
};

const services = ['api-gateway', 'auth-service', 'flight-search-service', 'booking-service', 'reminder-service'];

/** Access tokens live 15 minutes; a run must end before. */
const longestRunMs = 14 * 60_000;

/**
 * Reloads the gateway and every service in turn while clients post to all of them over keep-alive connections. The
 * promise: each request is answered, and as it must be.
 */
export async function proveReload(options: {
  rounds: number;
  requests: number;
  clients: number;
  /** Reloads the five at the same time instead, which takes a fifth of the time and asks more of the machine. */
  allAtOnce?: boolean;
  settings?: Readonly<Record<string, string>>;
  say: (sentence: string) => void;
  /** Ends the run before its time; what was started is stopped, and what happened so far is reported. */
  signal?: AbortSignal;
}): Promise<ReloadReport> {
  const { rounds, requests, clients, say, signal } = options;
  say('Starting the system under PM2 …');
  const system = await startManagedSystem(options.settings);
  try {
    const startedAt = performance.now();
    const posting = await startPostingClients(system.api, clients);
    say(`${clients} clients are posting.`);
    for (let round = 1; round <= rounds; round++) {
      for (const service of options.allAtOnce ? ['all'] : services) {
        if (signal?.aborted) break;
        await system.reload(service);
        say(`  round ${round}: ${service} reloaded, ${countAll(posting.tally)} requests so far`);
      }
    }
    while (!signal?.aborted && countAll(posting.tally) < requests && performance.now() - startedAt < longestRunMs)
      await wait(100);
    await posting.stop();
    return {
      requests: countAll(posting.tally),
      failed: sumOf(posting.tally.failures),
      reloads: rounds * services.length,
      seconds: (performance.now() - startedAt) / 1_000,
      tally: posting.tally,
    };
  } finally {
    await system.stop();
  }
}

/** Tells a person what happened. */
export function printReloadReport(report: ReloadReport, print: (line: string) => void): void {
  const { requests, failed, reloads, seconds, tally } = report;
  const sorted = tally.durationsMs.toSorted((one, other) => one - other);
  const percentile = (share: number) => `${Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)} ms`;
  const list = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([what, count]) => `${count} × ${what}`).join(', ');
  print(`
${requests} requests in ${seconds.toFixed(0)} s (${Math.round(requests / seconds)}/s), ${reloads} reloads meanwhile
  answered   ${list(tally.answers)}
  failures   ${list(tally.failures) || 'none'}
  took       ${percentile(0.5)} median, ${percentile(0.99)} p99
  failed     ${failed}`);
}

function countAll({ answers, failures }: Tally): number {
  return sumOf(answers) + sumOf(failures);
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return counts.values().reduce((sum, count) => sum + count, 0);
}
