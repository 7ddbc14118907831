import { parseArgs } from 'node:util';
import { wholeNumberOption, wordOption } from '../options.ts';
import type { Program } from '../program.ts';
import { invariants } from '../sales-proof/findings.ts';
import { printFindings } from '../sales-proof/print-findings.ts';
import { databaseKinds } from '../sales-world/sales-database.ts';
import { type ChangesProofReport, proveChanges } from './prove-changes.ts';

/** `npm run prove -- changes`. */
export const changesProof: Program = {
  name: 'changes',
  usage: `  changes  Two requests about one booking, or one seat, at the same moment, again and again: two cancellations, a
           cancellation and a change, a change and the end of the hold, a change and a buyer of the last seat, two
           changes. Each race has one outcome, and the books say the same.
           --races 10000
           --racers 24        races at the same time
           --processes 2      of booking-service; on sqlite at most 2
           --database mariadb or sqlite
           --seed N           repeats the choices of an earlier run, if not its timing`,
  run: async (args, signal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        races: { type: 'string' },
        racers: { type: 'string' },
        processes: { type: 'string' },
        database: { type: 'string' },
        seed: { type: 'string' },
      },
    });
    const database = wordOption('database', values.database, databaseKinds);
    const report = await proveChanges({
      races: wholeNumberOption('races', values.races, { preset: 10_000, min: 1, max: 1_000_000 }),
      racers: wholeNumberOption('racers', values.racers, { preset: 24, min: 1, max: 200 }),
      processes: wholeNumberOption('processes', values.processes, {
        preset: 2,
        min: 1,
        max: database === 'sqlite' ? 2 : 16,
      }),
      database,
      seed: wholeNumberOption('seed', values.seed, { preset: Date.now() % 1_000_000, min: 0, max: 2 ** 31 }),
      say: (sentence) => console.log(sentence),
      signal,
    });
    printChangesProof(report, (line) => console.log(line));
    return report.findings.violations() === 0;
  },
};

/** Tells a person which races there were, how they ended, and what of it was wrong. */
export function printChangesProof(report: ChangesProofReport, print: (line: string) => void): void {
  const { options, races, seconds, tally, findings } = report;
  print('');
  print(
    `${races.toLocaleString('en')} races of ${options.racers} racers in ${Math.round(seconds)} s; ` +
      `${options.processes} processes on ${options.database}; seed ${options.seed}`,
  );
  print('');
  print('  how they ended');
  const outcomes = tally.all('outcomes').toSorted(([one], [other]) => (one < other ? -1 : 1));
  for (const [what, times] of outcomes) print(`    ${what.padEnd(64)}${times.toLocaleString('en').padStart(10)}`);
  print('');
  printFindings(findings, invariants, print);
}
