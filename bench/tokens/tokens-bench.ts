import { parseArgs } from 'node:util';
import { wholeNumberOption } from '../options.ts';
import type { Program } from '../program.ts';
import { measureTokens, type TokenFigures } from './measure-tokens.ts';

/** What the check of a token that was seen before may take at the median, in microseconds. */
const budgetUs = 20;

/** `npm run bench -- tokens`. */
export const tokensBench: Program = {
  name: 'tokens',
  usage: `  tokens  Checks access tokens as every service does with each request, beside the same check that remembers none.
          Fails when the check of a token that was seen before takes ${budgetUs} µs or more at the median.
          --tokens 1000        different ones, by turns
          --checks 50000       of tokens that were seen before; a tenth of them without remembering
          --changes 10000      changes of access that each is compared with`,
  run: async (args) => {
    const options = { tokens: { type: 'string' }, checks: { type: 'string' }, changes: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const { remembered, baseline } = await measureTokens({
      tokens: wholeNumberOption('tokens', values.tokens, { preset: 1_000, min: 2, max: 10_000 }),
      checks: wholeNumberOption('checks', values.checks, { preset: 50_000, min: 1_000, max: 10_000_000 }),
      changes: wholeNumberOption('changes', values.changes, { preset: 10_000, min: 0, max: 100_000 }),
    });
    const row = (title: string, { medianUs, p99Us }: TokenFigures) =>
      console.log(`  ${title.padEnd(24)}${medianUs.toFixed(2).padStart(12)}${p99Us.toFixed(2).padStart(12)}`);
    console.log(`\n  ${'µs per token'.padEnd(24)}${'median'.padStart(12)}${'p99'.padStart(12)}`);
    row('seen before', remembered);
    row('without remembering', baseline);
    const isWithin = remembered.medianUs < budgetUs;
    const ratio = baseline.medianUs / remembered.medianUs;
    console.log(`\n  ${ratio.toFixed(0)} times faster; ${isWithin ? 'within' : 'NOT WITHIN'} ${budgetUs} µs.`);
    return isWithin;
  },
};
