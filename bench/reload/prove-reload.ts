import { setTimeout as wait } from 'node:timers/promises';
import { startBookingClients, type Tally } from './booking-clients.ts';
import { startManagedSystem } from './managed-system.ts';

export type ReloadReport = {
  readonly requests: number;
  /** Requests that were not answered with 201. */
  readonly failed: number;
  readonly reloads: number;
  readonly seconds: number;
  readonly tally: Tally;
};

const services = ['api-gateway', 'auth-service', 'flight-search-service', 'booking-service', 'reminder-service'];

/** Access tokens live 15 minutes; a run must end before. */
const longestRunMs = 14 * 60_000;

/**
 * Reloads the gateway and every service in turn while clients book over keep-alive connections. The promise: each
 * request is answered, and answered with a booking.
 */
export async function proveReload(options: {
  rounds: number;
  requests: number;
  clients: number;
  settings?: Readonly<Record<string, string>>;
  say: (sentence: string) => void;
}): Promise<ReloadReport> {
  const { rounds, requests, clients, say } = options;
  say('Starting the system under PM2 …');
  const system = await startManagedSystem(options.settings);
  try {
    const startedAt = performance.now();
    const booking = await startBookingClients(system.api, clients);
    say(`${clients} clients are booking.`);
    for (let round = 1; round <= rounds; round++) {
      for (const service of services) {
        await system.reload(service);
        say(`  round ${round}: ${service} reloaded, ${countAll(booking.tally)} requests so far`);
      }
    }
    while (countAll(booking.tally) < requests && performance.now() - startedAt < longestRunMs) await wait(100);
    await booking.stop();
    return {
      requests: countAll(booking.tally),
      failed: countAll(booking.tally) - (booking.tally.answers.get(201) ?? 0),
      reloads: rounds * services.length,
      seconds: (performance.now() - startedAt) / 1_000,
      tally: booking.tally,
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
  print(`
${requests} bookings asked for in ${seconds.toFixed(0)} s (${Math.round(requests / seconds)}/s), ${reloads} reloads meanwhile
  answered   ${[...tally.answers].map(([status, count]) => `${count} × ${status}`).join(', ')}
  broken     ${[...tally.broken].map(([what, count]) => `${count} × ${what}`).join(', ') || 'none'}
  took       ${percentile(0.5)} median, ${percentile(0.99)} p99
  failed     ${failed}`);
}

function countAll({ answers, broken }: Tally): number {
  return [...answers.values(), ...broken.values()].reduce((sum, count) => sum + count, 0);
}
