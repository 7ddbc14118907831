import { parseArgs } from 'node:util';
import { wholeNumberOption, wordOption } from '../options.ts';
import type { Program } from '../program.ts';
import { recordResults } from '../record-results.ts';
import { databaseKinds } from '../sales-world/sales-database.ts';
import { measureSales } from './measure-sales.ts';
import { printSalesReport } from './print-report.ts';

/** `npm run bench -- sales`. */
export const salesBench: Program = {
  name: 'sales',
  usage: `  sales   Sells seats as fast as it goes: booking-service beside a plain seller with one row-locked transaction per
          step (bench/sales/plain), by turns, on one flight that everybody wants and over many.
          --seconds 5          measured at each turn
          --rounds 3           turns of each of the two in each scenario
          --clients 64         connections, each with one request in flight
          --flights 1000       in the second scenario
          --database mariadb   or sqlite; MariaDB flushes its log at each commit
          --provider sandbox   or none: what booking-service charges with
          --record             keeps the figures in bench/results/`,
  run: async (args, signal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        clients: { type: 'string' },
        flights: { type: 'string' },
        database: { type: 'string' },
        provider: { type: 'string' },
        record: { type: 'boolean' },
      },
    });
    const report = await measureSales({
      seconds: wholeNumberOption('seconds', values.seconds, { preset: 5, min: 1, max: 60 }),
      rounds: wholeNumberOption('rounds', values.rounds, { preset: 3, min: 1, max: 20 }),
      clients: wholeNumberOption('clients', values.clients, { preset: 64, min: 1, max: 1_000 }),
      flights: wholeNumberOption('flights', values.flights, { preset: 1_000, min: 1, max: 10_000 }),
      database: wordOption('database', values.database, databaseKinds),
      provider: wordOption('provider', values.provider, ['sandbox', 'none']),
      say: (sentence) => console.log(sentence),
      signal,
    });
    printSalesReport(report, (line) => console.log(line));
    if (values.record) console.log(`Recorded in ${recordResults(`sales-${report.options.database}`, report)}.`);
    return report.mistakes.length === 0;
  },
};
