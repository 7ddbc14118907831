import { parseArgs } from 'node:util';
import { wholeNumberOption } from '../options.ts';
import type { Program } from '../program.ts';
import { recordResults } from '../record-results.ts';
import { measureReminders } from './measure-reminders.ts';
import { printRemindersReport } from './print-report.ts';

/** `npm run bench -- reminders`. */
export const remindersBench: Program = {
  name: 'reminders',
  usage: `  reminders Sends mails that fall due at once, by turns with nodemailer's own pool (bench/reminders/plain), to the same
          mail server; then measures what a look for due ones costs beside a scan of the table.
          --mails 3000         in each turn
          --rounds 3           turns of each of the two
          --stored 1000000     reminders in the table when looks are measured, none of them due
          --record             keeps the figures in bench/results/`,
  run: async (args, signal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        mails: { type: 'string' },
        rounds: { type: 'string' },
        stored: { type: 'string' },
        record: { type: 'boolean' },
      },
    });
    const report = await measureReminders({
      mails: wholeNumberOption('mails', values.mails, { preset: 3_000, min: 100, max: 1_000_000 }),
      rounds: wholeNumberOption('rounds', values.rounds, { preset: 3, min: 1, max: 100 }),
      stored: wholeNumberOption('stored', values.stored, { preset: 1_000_000, min: 1_000, max: 10_000_000 }),
      say: (sentence) => console.log(sentence),
      signal,
    });
    printRemindersReport(report, (line) => console.log(line));
    if (values.record) console.log(`Recorded in ${recordResults('reminders', report)}.`);
    return report.mistakes.length === 0;
  },
};
