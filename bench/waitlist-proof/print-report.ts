import { printFindings } from '../sales-proof/print-findings.ts';
import { tallyGroups } from '../sales-proof/tally.ts';
import { invariants } from './invariants.ts';
import type { WaitlistProofReport } from './prove-waitlist.ts';

/** Of a line of a log; stacks are longer than anybody reads here. */
const maximumWarningLength = 400;

const titles = {
  attempts: 'what clients did',
  answers: 'what they were answered',
  outcomes: 'what they found',
  events: 'what happened to their requests',
} as const satisfies Record<(typeof tallyGroups)[number], string>;

/** Tells a person what happened, and what of it was wrong. */
export function printWaitlistProof(report: WaitlistProofReport, print: (line: string) => void): void {
  const { options, attempts, seconds, kills, summary, tally, findings } = report;
  print('');
  print(
    `${whole(attempts)} attempts by ${options.clients} clients in ${Math.round(seconds)} s, on ${options.flights} flights` +
      ` of ${options.seats} seats; ${options.processes} processes on ${options.database}; seed ${options.seed}`,
  );
  for (const group of tallyGroups) {
    print('');
    print(`  ${titles[group]}`);
    for (const [what, times] of tally.all(group)) printCount(what, times, print);
  }
  print('');
  print('  what really happened');
  const happened: [string, number][] = [
    ['kills', kills],
    ['parties that waited', summary.parties],
    ['offers that were paid', summary.offers.paid],
    ['offers that were given back', summary.offers['given back']],
    ['offers that lapsed', summary.offers.lapsed],
    ['offers behind a larger party that was passed over', summary.largerPassedOver],
    ['buyers refused while seats went to a waiting party', summary.buyersRefusedMeanwhile],
  ];
  for (const [what, times] of happened) printCount(what, times, print);
  print('');
  printFindings(findings, invariants, print);
  if (findings.violations() === 0) return;
  print('');
  print('  what booking-service warned of last');
  for (const warning of report.warnings) print(`    ${warning.slice(0, maximumWarningLength)}`);
}

const printCount = (what: string, times: number, print: (line: string) => void) =>
  print(`    ${what.padEnd(56)}${whole(times).padStart(12)}`);

const whole = (value: number) => value.toLocaleString('en');
