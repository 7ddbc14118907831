import { parseArgs } from 'node:util';
import { WrongOption, wholeNumberOption } from '../options.ts';
import type { Program } from '../program.ts';
import { proveSearch } from './prove-search.ts';

/** `npm run prove -- search FILE`. */
export const searchProof: Program = {
  name: 'search',
  usage: `  search FILE   Imports a schedule as \`npm run import\` takes it, and compares the itineraries between random airports
          with what trying out every way finds.
          --pairs 1000         of airports, each on a random day
          --seed 1             draws other ones`,
  run: async (args, signal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { pairs: { type: 'string' }, seed: { type: 'string' } },
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new WrongOption('Name one schedule file.');
    const report = await proveSearch({
      file,
      pairs: wholeNumberOption('pairs', values.pairs, { preset: 1_000, min: 1, max: 100_000 }),
      seed: wholeNumberOption('seed', values.seed, { preset: 1, min: 0, max: 1_000_000 }),
      say: (sentence) => console.log(sentence),
      signal,
    });
    const { direct, oneStop, twoStops } = report.trips;
    console.log(`\n${report.pairs} pairs: ${direct} direct trips, ${oneStop} with one change, ${twoStops} with two`);
    for (const difference of report.differences) console.log(`  WRONG  ${difference}`);
    if (report.differences.length === 0) console.log('  All are those that trying out every way finds.');
    return report.differences.length === 0 && report.pairs > 0;
  },
};
