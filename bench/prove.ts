// `npm run prove -- NAME [options]`: programs that try to break a promise of this system, and report whether it held.
import { parseArgs } from 'node:util';
import { printReloadReport, proveReload } from './reload/prove-reload.ts';

const usage = `Usage: npm run prove -- reload [--rounds N] [--requests N] [--clients N]

  reload   Keep-alive clients post to all services while each of the five programs is reloaded in turn: no request
           may fail.
           --rounds 3       how often each of the five is reloaded
           --requests 20000 requests at least
           --clients 64     connections`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, requests: { type: 'string' }, clients: { type: 'string' } },
});

if (positionals.length !== 1 || positionals[0] !== 'reload') {
  console.error(usage);
  process.exit(2);
}

// Ctrl-C ends the run in order: the system that was started must not stay behind.
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

const report = await proveReload({
  rounds: Number(values.rounds ?? 3),
  requests: Number(values.requests ?? 20_000),
  clients: Number(values.clients ?? 64),
  say: (sentence) => console.log(sentence),
  signal: interrupted.signal,
});
printReloadReport(report, (line) => console.log(line));
process.exitCode = report.failed === 0 ? 0 : 1;
