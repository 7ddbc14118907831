import { parseArgs } from 'node:util';
import { wholeNumberOption } from '../options.ts';
import type { Program } from '../program.ts';
import { printReloadReport, proveReload } from './prove-reload.ts';

/** `npm run prove -- reload`. */
export const reloadProof: Program = {
  name: 'reload',
  usage: `  reload   Keep-alive clients post to all services while each of the five programs is reloaded in turn: no request
           may fail.
           --rounds 3       how often each of the five is reloaded
           --requests 20000 requests at least
           --clients 64     connections`,
  run: async (args, signal) => {
    const { values } = parseArgs({
      args: [...args],
      options: { rounds: { type: 'string' }, requests: { type: 'string' }, clients: { type: 'string' } },
    });
    const report = await proveReload({
      rounds: wholeNumberOption('rounds', values.rounds, { preset: 3, min: 1, max: 1_000 }),
      requests: wholeNumberOption('requests', values.requests, { preset: 20_000, min: 1, max: 1_000_000 }),
      clients: wholeNumberOption('clients', values.clients, { preset: 64, min: 1, max: 1_000 }),
      say: (sentence) => console.log(sentence),
      signal,
    });
    printReloadReport(report, (line) => console.log(line));
    return report.failed === 0;
  },
};
