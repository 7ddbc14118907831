import type { RemindersBenchReport } from './measure-reminders.ts';
import type { ContestantName, SendingTurn } from './measure-sending.ts';

/** Tells a person what was measured, beside what is aimed at. */
export function printRemindersReport(report: RemindersBenchReport, print: (line: string) => void): void {
  const { options, turns, looks, mistakes } = report;
  const row = (title: string, ...cells: string[]) =>
    print(`  ${title.padEnd(40)}${cells.map((cell) => cell.padStart(14)).join('')}`);
  const of = (name: ContestantName) => turns.filter(({ contestant }) => contestant === name);
  const [plain, jetbridge] = [of('nodemailer'), of('jetbridge')];
  const both = (title: string, show: (own: readonly SendingTurn[]) => string) =>
    row(title, show(plain), show(jetbridge));
  const mean = (own: readonly SendingTurn[], pick: (turn: SendingTurn) => number) =>
    own.reduce((sum, turn) => sum + pick(turn), 0) / own.length;
  const rate = (own: readonly SendingTurn[]) => mean(own, ({ mailsPerSecond }) => mailsPerSecond);

  print('');
  print(
    `${whole(options.mails)} mails that fall due at once, ${options.rounds} turns of each, one process with 5 connections; mariadb`,
  );
  print('');
  row('', 'nodemailer', 'jetbridge', 'ratio', 'target');
  row('mails/s', whole(rate(plain)), whole(rate(jetbridge)), (rate(jetbridge) / rate(plain)).toFixed(2), '>= 0.80');
  both('  slowest–fastest turn', (own) => {
    const rates = own.map(({ mailsPerSecond }) => mailsPerSecond);
    return `${whole(Math.min(...rates))}–${whole(Math.max(...rates))}`;
  });
  both('CPU of the sender per mail, ms', (own) => mean(own, ({ cpuMsPerMail }) => cpuMsPerMail.sender).toFixed(2));
  both('CPU of the database per mail, ms', (own) => mean(own, ({ cpuMsPerMail }) => cpuMsPerMail.database).toFixed(2));
  both('CPU of the mail server per mail, ms', (own) => mean(own, ({ cpuMsPerMail }) => cpuMsPerMail.sink).toFixed(2));
  both('memory after each turn, MB', (own) => own.map(({ memoryMb }) => memoryMb).join(', '));
  print('');
  row(`a look, ${whole(options.stored)} stored, none due`, 'median', 'longest', 'scan', 'target');
  row('  ms', looks.medianMs.toFixed(1), looks.longestMs.toFixed(1), looks.scanMs.toFixed(1), '< 5 (median)');
  print('');
  for (const mistake of mistakes) print(`  WRONG  ${mistake}`);
  if (mistakes.length === 0) print('  Each mail came once.');
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
