import { printFindings } from '../sales-proof/print-findings.ts';
import { invariants } from './invariants.ts';
import type { RemindersProofReport } from './prove-reminders.ts';

/** Of a line of a log; stacks are longer than anybody reads here. */
const maximumWarningLength = 400;
const maximumWarnings = 15;

const titles = [
  ['attempts', 'bookings that'],
  ['events', 'what was told of them'],
  ['answers', 'what was done to the system'],
  ['outcomes', 'what happened to mails'],
] as const;

/** Tells a person what happened, and what of it was wrong. */
export function printRemindersProof(report: RemindersProofReport, print: (line: string) => void): void {
  const { options, seconds, mails, lateness, tally, findings } = report;
  print('');
  print(
    `${whole(mails)} mails about ${whole(options.bookings)} bookings in ${whole(options.seconds)} s (${whole(seconds)} s with start and rest), by` +
      ` ${options.workers} processes on mariadb; seed ${options.seed}`,
  );
  for (const [group, title] of titles) {
    print('');
    print(`  ${title}`);
    for (const [what, times] of tally.all(group)) printCount(what, whole(times), print);
  }
  print('');
  print('  what was measured');
  printCount('questions about present bookings', whole(report.questions), print);
  printCount('lateness, median', inSeconds(lateness.medianMs), print);
  printCount('lateness, p99 (target: below 60 s, aim 10 s)', inSeconds(lateness.p99Ms), print);
  printCount('lateness, p99.9', inSeconds(lateness.p999Ms), print);
  printCount('lateness, longest', inSeconds(lateness.longestMs), print);
  printCount('longest time by which a mail was overtaken', inSeconds(report.longestOvertakenMs), print);
  printCount('from the last change to rest', inSeconds(report.secondsToRest * 1_000), print);
  printCount('memory of the largest process', `${report.largestMemoryMb} MB`, print);
  print('');
  printFindings(findings, invariants, print);
  if (findings.violations() === 0) return;
  print('');
  print('  what reminder-service warned of');
  for (const warning of report.warnings.slice(0, maximumWarnings))
    print(`    ${warning.slice(0, maximumWarningLength)}`);
}

const printCount = (what: string, value: string, print: (line: string) => void) =>
  print(`    ${what.padEnd(62)}${value.padStart(12)}`);

const inSeconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
const whole = (value: number) => Math.round(value).toLocaleString('en');
