import { parseArgs } from 'node:util';
import { wholeNumberOption, wordOption } from '../options.ts';
import type { Program } from '../program.ts';
import { databaseKinds } from '../sales-world/sales-database.ts';
import { printSalesProof } from './print-report.ts';
import { proveSales } from './prove-sales.ts';

/** `npm run prove -- sales`. */
export const salesProof: Program = {
  name: 'sales',
  usage: `  sales    Clients buy, hold, pay, change, cancel, repeat themselves and cut their connections on flights that are
           sold out again and again, while processes of booking-service are killed and flights cancelled: no seat is
           sold twice, none is lost, and all is paid exactly once.
           --attempts 20000   things that clients do
           --kills 10         kill -9 of a process, which is started again
           --clients 32
           --flights 20
           --cancelled-flights 5  by the airline on the way; others fly instead
           --seats 120        on each flight
           --processes 2      of booking-service; on sqlite at most 2
           --database mariadb or sqlite
           --provider sandbox or none: without payments, holds, picked seats and keys
           --seed N           repeats the choices of an earlier run, if not its timing`,
  run: async (args, signal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        attempts: { type: 'string' },
        kills: { type: 'string' },
        clients: { type: 'string' },
        flights: { type: 'string' },
        'cancelled-flights': { type: 'string' },
        seats: { type: 'string' },
        processes: { type: 'string' },
        database: { type: 'string' },
        provider: { type: 'string' },
        seed: { type: 'string' },
      },
    });
    const database = wordOption('database', values.database, databaseKinds);
    const report = await proveSales({
      attempts: wholeNumberOption('attempts', values.attempts, { preset: 20_000, min: 1, max: 10_000_000 }),
      kills: wholeNumberOption('kills', values.kills, { preset: 10, min: 0, max: 10_000 }),
      clients: wholeNumberOption('clients', values.clients, { preset: 32, min: 1, max: 500 }),
      flights: wholeNumberOption('flights', values.flights, { preset: 20, min: 1, max: 1_000 }),
      cancelledFlights: wholeNumberOption('cancelled-flights', values['cancelled-flights'], {
        preset: 5,
        min: 0,
        max: 10_000,
      }),
      seats: wholeNumberOption('seats', values.seats, { preset: 120, min: 10, max: 9_990 }),
      processes: wholeNumberOption('processes', values.processes, {
        preset: 2,
        min: 1,
        max: database === 'sqlite' ? 2 : 16,
      }),
      database,
      provider: wordOption('provider', values.provider, ['sandbox', 'none']),
      seed: wholeNumberOption('seed', values.seed, { preset: Date.now() % 1_000_000, min: 0, max: 2 ** 31 }),
      say: (sentence) => console.log(sentence),
      signal,
    });
    printSalesProof(report, (line) => console.log(line));
    return report.findings.violations() === 0;
  },
};
