import { parseArgs } from 'node:util';
import { wholeNumberOption, wordOption } from '../options.ts';
import type { Program } from '../program.ts';
import { databaseKinds } from '../sales-world/sales-database.ts';
import { printWaitlistProof } from './print-report.ts';
import { proveWaitlist } from './prove-waitlist.ts';

/** `npm run prove -- waitlist`. */
export const waitlistProof: Program = {
  name: 'waitlist',
  usage: `  waitlist Parties wait for seats of flights that are sold out; others give seats back, buyers try to slip in, offers
           lapse, and processes of booking-service are killed: seats go to the first party that fits, and to no buyer
           while one waits.
           --attempts 6000    things that clients do
           --kills 6          kill -9 of a process, which is started again
           --clients 24
           --flights 6
           --seats 20         on each flight
           --processes 3      of booking-service; on sqlite at most 2
           --database mariadb or sqlite
           --seed N           repeats the choices of an earlier run, if not its timing`,
  run: async (args, signal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        attempts: { type: 'string' },
        kills: { type: 'string' },
        clients: { type: 'string' },
        flights: { type: 'string' },
        seats: { type: 'string' },
        processes: { type: 'string' },
        database: { type: 'string' },
        seed: { type: 'string' },
      },
    });
    const database = wordOption('database', values.database, databaseKinds);
    const maximumProcesses = database === 'sqlite' ? 2 : 16;
    const report = await proveWaitlist({
      attempts: wholeNumberOption('attempts', values.attempts, { preset: 6_000, min: 1, max: 1_000_000 }),
      kills: wholeNumberOption('kills', values.kills, { preset: 6, min: 0, max: 10_000 }),
      clients: wholeNumberOption('clients', values.clients, { preset: 24, min: 1, max: 500 }),
      flights: wholeNumberOption('flights', values.flights, { preset: 6, min: 1, max: 1_000 }),
      seats: wholeNumberOption('seats', values.seats, { preset: 20, min: 4, max: 9_990 }),
      processes: wholeNumberOption('processes', values.processes, {
        preset: Math.min(3, maximumProcesses),
        min: 1,
        max: maximumProcesses,
      }),
      database,
      seed: wholeNumberOption('seed', values.seed, { preset: Date.now() % 1_000_000, min: 0, max: 2 ** 31 }),
      say: (sentence) => console.log(sentence),
      signal,
    });
    printWaitlistProof(report, (line) => console.log(line));
    return report.findings.violations() === 0;
  },
};
