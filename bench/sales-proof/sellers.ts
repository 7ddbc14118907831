import { join } from 'node:path';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { logTail } from '@jetbridge/testing/server-process.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import type { Neighbours } from '../sales-world/neighbours.ts';
import type { SalesDatabase } from '../sales-world/sales-database.ts';
import { type ServiceProcess, startServiceProcess } from '../sales-world/service-process.ts';
import type { Random } from './random.ts';

/** The processes of booking-service, which all sell the same flights. */
export type Sellers = {
  /** Where those listen that run now. */
  readonly ports: () => readonly number[];
  /** Ends one that runs, as a crash would, and starts it again; false when none runs. Does not wait for the new start. */
  readonly killAny: (random: Random) => boolean;
  readonly restarts: () => number;
  /** What they warned of last, for whoever looks for the cause of a violation. */
  readonly warnings: () => readonly string[];
  /** Ends when all run. @throws when one did not start again. */
  readonly allRunning: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Seller = { readonly port: number; process: ServiceProcess | undefined; starting: Promise<void> };

/** The name of their books in the database. */
export const sellersName = 'sellers';

export async function startSellers(parts: {
  count: number;
  database: SalesDatabase;
  neighbours: Neighbours;
  settings: Readonly<Record<string, string>>;
}): Promise<Sellers> {
  const sellers: Seller[] = [];
  for (let number = 0; number < parts.count; number++) {
    sellers.push({ port: await freePort(), process: undefined, starting: Promise.resolve() });
  }
  const urls = sellers.map(({ port }) => `http://127.0.0.1:${port}`).join(',');
  let restarts = 0;

  const logOf = ({ port }: Seller) => join(parts.database.folder, `seller-${port}.log`);

  async function start(seller: Seller): Promise<void> {
    seller.process = await startServiceProcess({
      script: 'booking-service/src/main.ts',
      port: seller.port,
      logFile: logOf(seller),
      environment: {
        ...parts.database.settingsFor(sellersName),
        ...parts.neighbours.settings,
        NODE_ENV: 'test',
        LOG_LEVEL: 'warn',
        INTERNAL_SECRET: testInternalSecret,
        BOOKING_PORT: String(seller.port),
        // Where the sandbox sends its webhooks.
        BOOKING_SERVICE_URL: urls,
        ...parts.settings,
      },
    });
  }

  async function killAndStart(seller: Seller, process: ServiceProcess): Promise<void> {
    seller.process = undefined;
    await process.kill();
    await start(seller);
    restarts += 1;
  }

  async function allRunning(): Promise<void> {
    await Promise.all(sellers.map(({ starting }) => starting));
  }

  async function stop(): Promise<void> {
    await Promise.allSettled(sellers.map(({ starting }) => starting));
    await Promise.all(sellers.map(({ process }) => process?.stop()));
  }

  try {
    for (const seller of sellers) await start(seller);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ports: () => sellers.filter(({ process }) => process?.hasEnded() === false).map(({ port }) => port),
    killAny: (random) => {
      const running = sellers.flatMap((seller) => (seller.process ? [{ seller, process: seller.process }] : []));
      if (running.length === 0) return false;
      const { seller, process } = random.pick(running);
      seller.starting = killAndStart(seller, process);
      // Whoever waits for `allRunning` hears of a failure; until then it must not end this program.
      seller.starting.catch(() => {});
      return true;
    },
    restarts: () => restarts,
    warnings: () => sellers.flatMap((seller) => distinctLines(logTail(logOf(seller)))),
    allRunning,
    stop,
  };
}

/** The last of each kind: lines of a loop that fails differ in their numbers alone. */
function distinctLines(text: string): string[] {
  return [...new Map(text.split('\n').map((line) => [line.replaceAll(/\d+/g, ''), line])).values()];
}
