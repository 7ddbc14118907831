import { join } from 'node:path';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import type { Neighbours } from '../sales-world/neighbours.ts';
import type { SalesDatabase } from '../sales-world/sales-database.ts';
import { type ServiceProcess, startServiceProcess } from '../sales-world/service-process.ts';
import { createLedger, type Ledger } from './ledger.ts';

export const contestantNames = ['plain', 'jetbridge'] as const;
export type ContestantName = (typeof contestantNames)[number];

/** A seller under measurement, and what was bought of it. */
export type Contestant = {
  readonly name: ContestantName;
  readonly process: ServiceProcess;
  readonly ledger: Ledger;
};

const scripts = {
  plain: 'bench/sales/plain/main.ts',
  jetbridge: 'booking-service/src/main.ts',
} as const satisfies Record<ContestantName, string>;

/** Starts both sellers, each with books of its own in the same database, and the same settings otherwise. */
export async function startContestants(parts: {
  database: SalesDatabase;
  neighbours: Neighbours;
  provider: 'sandbox' | 'none';
}): Promise<Contestant[]> {
  const contestants: Contestant[] = [];
  for (const name of contestantNames) {
    const port = await freePort();
    const process = await startServiceProcess({
      script: scripts[name],
      port,
      logFile: join(parts.database.folder, `${name}.log`),
      environment: {
        ...parts.database.settingsFor(name),
        ...parts.neighbours.settings,
        NODE_ENV: 'test',
        LOG_LEVEL: 'error',
        INTERNAL_SECRET: testInternalSecret,
        BOOKING_PORT: String(port),
        PAYMENT_PROVIDER: parts.provider,
      },
    });
    contestants.push({ name, process, ledger: createLedger() });
  }
  return contestants;
}
