import { parseArgs } from 'node:util';
import { wholeNumberOption } from '../options.ts';
import type { Program } from '../program.ts';
import { type LoginFigures, measureLogins } from './measure-logins.ts';

/** What a listener on the network could not tell from noise in 1,000 tries. */
const widestDifferenceMs = 2;

/** `npm run bench -- logins`: whether the time of a wrong sign-in tells if there is an account. */
export const loginsBench: Program = {
  name: 'logins',
  usage: `  logins  Signs in with wrong passwords, by turns to no account, to one, and to one whose hash has a lower cost: the
          medians of the times may not tell which it was.
          --tries 1000         of each of the three
          --cost 12            BCRYPT_COST; each step doubles the time that this takes`,
  run: async (args, signal) => {
    const { values } = parseArgs({ args: [...args], options: { tries: { type: 'string' }, cost: { type: 'string' } } });
    const tries = wholeNumberOption('tries', values.tries, { preset: 1_000, min: 10, max: 100_000 });
    const cost = wholeNumberOption('cost', values.cost, { preset: 12, min: 5, max: 15 });
    const figures = await measureLogins({ tries, cost, signal });
    return report(figures, { tries, cost });
  },
};

function report(figures: readonly LoginFigures[], { tries, cost }: { tries: number; cost: number }): boolean {
  console.log(`Wrong sign-ins at BCRYPT_COST ${cost}, ${tries} of each kind by turns:`);
  for (const { kind, medianMs, p90Ms } of figures) {
    console.log(`  ${kind.padEnd(36)} median ${medianMs.toFixed(2)} ms   p90 ${p90Ms.toFixed(2)} ms`);
  }
  const medians = figures.map(({ medianMs }) => medianMs);
  const differenceMs = Math.max(...medians) - Math.min(...medians);
  const isWell = differenceMs <= widestDifferenceMs;
  console.log(
    `The medians differ by ${differenceMs.toFixed(2)} ms: ${isWell ? 'nobody can tell' : `more than ${widestDifferenceMs} ms`}.`,
  );
  return isWell;
}
