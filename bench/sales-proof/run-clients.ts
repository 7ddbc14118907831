import type { Client } from './client.ts';
import type { ProofContext } from './proof-context.ts';
import { createRandom } from './random.ts';

const sayEveryMs = 5_000;

/** How long clients go on asking what was not answered; a payment that a kill interrupted is finished within a minute. */
const longestAskingMs = 180_000;

/**
 * Lets all clients act until there were enough attempts, killing sellers and cancelling flights on the way, evenly over
 * the attempts; then lets the clients find out what they were not told.
 */
export async function runClients(
  run: ProofContext & {
    attempts: number;
    kills: number;
    cancelledFlights: number;
    clients: readonly Client[];
    say: (sentence: string) => void;
    signal: AbortSignal;
  },
): Promise<{ attempts: number; kills: number }> {
  const { clients, sellers, tally, findings, say, signal } = run;
  const random = createRandom(run.seed - 1);
  const startedAt = performance.now();
  let attempts = 0;
  let kills = 0;

  function killWhenDue(): void {
    if (kills >= run.kills || attempts < ((kills + 0.5) * run.attempts) / run.kills) return;
    if (sellers.killAny(random)) kills += 1;
  }

  function cancelWhenDue(): void {
    const { flights, cancelledFlights } = run;
    const cancelled = flights.cancelled();
    if (cancelled < cancelledFlights && attempts >= ((cancelled + 0.5) * run.attempts) / cancelledFlights) {
      flights.cancelOne();
    }
  }

  async function work(client: Client): Promise<void> {
    while (attempts < run.attempts && !signal.aborted) {
      attempts += 1;
      killWhenDue();
      cancelWhenDue();
      await client.act();
    }
  }

  const progress = setInterval(() => {
    const perSecond = Math.round((attempts * 1_000) / (performance.now() - startedAt));
    const sold = tally.of('outcomes', 'seats sold');
    const open = clients.reduce((sum, client) => sum + client.open(), 0);
    say(
      `  ${attempts} of ${run.attempts} attempts (${perSecond}/s), ${sold} seats sold, ${kills} kills, ` +
        `${open} questions open, ${findings.violations()} violations`,
    );
  }, sayEveryMs);
  try {
    await Promise.all(clients.map(work));
    await sellers.allRunning();
    const patience = AbortSignal.any([signal, AbortSignal.timeout(longestAskingMs)]);
    const left = await Promise.all(clients.map((client) => client.findOut(patience)));
    const unanswered = left.reduce((sum, count) => sum + count, 0);
    if (unanswered > 0)
      findings.violated('keys', `${unanswered} requests got no answer for ${longestAskingMs / 1_000} s`);
  } finally {
    clearInterval(progress);
  }
  return { attempts, kills };
}
