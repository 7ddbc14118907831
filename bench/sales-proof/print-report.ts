import { invariants } from './findings.ts';
import { printFindings } from './print-findings.ts';
import type { SalesProofReport } from './prove-sales.ts';
import type { TallyGroup } from './tally.ts';

/** Of a line of a log; stacks are longer than anybody reads here. */
const maximumWarningLength = 400;

/** Tells a person what happened, and what of it was wrong. */
export function printSalesProof(report: SalesProofReport, print: (line: string) => void): void {
  const { options, attempts, seconds, kills, restarts, acknowledged, books, findings } = report;
  print('');
  print(
    `${whole(attempts)} attempts by ${options.clients} clients in ${Math.round(seconds)} s, on ${options.flights} flights` +
      ` of ${options.seats} seats; ${options.processes} processes on ${options.database}; seed ${options.seed}`,
  );
  print('');
  printGroup(report, 'attempts', 'what clients did', print);
  printGroup(report, 'answers', 'what they were answered', print);
  printGroup(report, 'outcomes', 'what came of it', print);
  print('  what happened on the way');
  const happened: [string, number][] = [
    ['kills', kills],
    ['restarts', restarts],
    ['flights cancelled', options.cancelledFlights],
    ...report.tally.all('events').map(([what, times]): [string, number] => [what, times]),
    ['bookings acknowledged', acknowledged],
    ['bookings in the books', books.bookings],
    ['charges asked for again', books.chargesAskedAgain],
    ['refunds', books.refunds],
    ['changes paid for', books.changesPaid],
    ['bookings cancelled by the airline', books.cancelledByAirline],
  ];
  for (const [what, times] of happened) printCount(what, times, print);
  print('');
  printFindings(findings, invariants, print);
  if (findings.violations() === 0) return;
  print('');
  print('  what booking-service warned of last');
  for (const warning of report.warnings) print(`    ${warning.slice(0, maximumWarningLength)}`);
}

function printGroup(
  { tally }: SalesProofReport,
  group: TallyGroup,
  title: string,
  print: (line: string) => void,
): void {
  print(`  ${title}`);
  for (const [what, times] of tally.all(group)) printCount(what, times, print);
  print('');
}

const printCount = (what: string, times: number, print: (line: string) => void) =>
  print(`    ${what.padEnd(56)}${whole(times).padStart(12)}`);

const whole = (value: number) => value.toLocaleString('en');
