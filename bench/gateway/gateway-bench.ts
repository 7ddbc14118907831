import { parseArgs } from 'node:util';
import { wholeNumberOption } from '../options.ts';
import type { Program } from '../program.ts';
import { recordResults } from '../record-results.ts';
import { measureGateway } from './measure-gateway.ts';
import { printGatewayReport } from './print-report.ts';

/** `npm run bench -- gateway`. */
export const gatewayBench: Program = {
  name: 'gateway',
  usage: `  gateway       Loads four gateways before one service, by turns: nginx; express with http-proxy-middleware; the same
          with morgan and express-rate-limit; and ours with all its steps. Then counts what four processes of ours let in
          of fifty accounts. Needs nginx and wrk.
          --seconds 8          measured at each turn
          --rounds 3           turns of each
          --minutes 10         watches the memory of ours under load for so long
          --record             keeps the figures in bench/results/`,
  run: async (args, signal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        minutes: { type: 'string' },
        record: { type: 'boolean' },
      },
    });
    const report = await measureGateway({
      seconds: wholeNumberOption('seconds', values.seconds, { preset: 8, min: 1, max: 60 }),
      rounds: wholeNumberOption('rounds', values.rounds, { preset: 3, min: 1, max: 20 }),
      minutes: wholeNumberOption('minutes', values.minutes, { preset: 0, min: 0, max: 600 }),
      say: (sentence) => console.log(sentence),
      signal,
    });
    printGatewayReport(report, (line) => console.log(line));
    if (values.record) console.log(`Recorded in ${recordResults('gateway', report)}.`);
    return report.findings.every(({ isMet }) => isMet);
  },
};
