import { parseArgs } from 'node:util';
import { WrongOption, wholeNumberOption } from '../options.ts';
import type { Program } from '../program.ts';
import { recordResults } from '../record-results.ts';
import { measureSearch } from './measure-search.ts';
import { printSearchReport } from './print-report.ts';

const largestSize = 1_000_000;

/** `npm run bench -- search FILE`. */
export const searchBench: Program = {
  name: 'search',
  usage: `  search FILE   Searches the schedule of a file as \`npm run import\` takes it: flight-search-service beside the same
          Express app with a constant answer and beside indexed SQL through Sequelize (bench/search/), by turns; then
          what schedules of other sizes cost.
          --seconds 5          measured at each turn
          --rounds 3           turns of each
          --sizes 10000,1000000   further sizes; a million takes minutes to import
          --record             keeps the figures in bench/results/`,
  run: async (args, signal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        sizes: { type: 'string' },
        record: { type: 'boolean' },
      },
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new WrongOption('Name one schedule file.');
    const report = await measureSearch({
      file,
      seconds: wholeNumberOption('seconds', values.seconds, { preset: 5, min: 1, max: 60 }),
      rounds: wholeNumberOption('rounds', values.rounds, { preset: 3, min: 1, max: 20 }),
      sizes: (values.sizes?.split(',') ?? []).map((size) =>
        wholeNumberOption('sizes', size, { preset: largestSize, min: 1_000, max: largestSize }),
      ),
      say: (sentence) => console.log(sentence),
      signal,
    });
    printSearchReport(report, (line) => console.log(line));
    if (values.record) console.log(`Recorded in ${recordResults('search', report)}.`);
    return report.mistakes.length === 0;
  },
};
