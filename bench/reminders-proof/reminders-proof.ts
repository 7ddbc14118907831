import { parseArgs } from 'node:util';
import { wholeNumberOption } from '../options.ts';
import type { Program } from '../program.ts';
import { printRemindersProof } from './print-report.ts';
import { proveReminders } from './prove-reminders.ts';

/** `npm run prove -- reminders`. */
export const remindersProof: Program = {
  name: 'reminders',
  usage: `  reminders Bookings are made, moved and cancelled while their mails are due; processes of reminder-service are killed, the
           database and the broker crash, the mail server refuses, delays and hangs up: each mail that is wanted comes,
           once, and no other.
           --bookings 5000    100000 in 30 minutes is what is promised
           --minutes 2        in which all that happens to them
           --workers 8        processes of reminder-service
           --kill-every 5     seconds between one kill -9 of a process and the next
           --restarts 1       crashes of the database, and of the broker
           --seed N           repeats the choices of an earlier run, if not its timing`,
  run: async (args, signal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        bookings: { type: 'string' },
        minutes: { type: 'string' },
        workers: { type: 'string' },
        'kill-every': { type: 'string' },
        restarts: { type: 'string' },
        seed: { type: 'string' },
      },
    });
    const report = await proveReminders({
      bookings: wholeNumberOption('bookings', values.bookings, { preset: 5_000, min: 1, max: 1_000_000 }),
      seconds: 60 * wholeNumberOption('minutes', values.minutes, { preset: 2, min: 1, max: 1_440 }),
      workers: wholeNumberOption('workers', values.workers, { preset: 8, min: 1, max: 64 }),
      killEverySeconds: wholeNumberOption('kill-every', values['kill-every'], { preset: 5, min: 1, max: 86_400 }),
      restarts: wholeNumberOption('restarts', values.restarts, { preset: 1, min: 0, max: 100 }),
      seed: wholeNumberOption('seed', values.seed, { preset: Date.now() % 1_000_000, min: 0, max: 2 ** 31 }),
      say: (sentence) => console.log(sentence),
      signal,
    });
    printRemindersProof(report, (line) => console.log(line));
    return report.findings.violations() === 0;
  },
};
