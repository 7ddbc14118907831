import { setTimeout as wait } from 'node:timers/promises';
import { type ReceivedMail, startSmtpSink } from '@jetbridge/testing/smtp-sink.ts';
import { QueryTypes } from 'sequelize';
import { startFaultySink } from '../reminders-proof/sink/faulty-sink.ts';
import { createTally } from '../sales-proof/tally.ts';
import { copyBookings, copyReminders } from './copy-bookings.ts';
import { type MailWorld, startMailWorld, until } from './mail-world.ts';
import { measurePlain, measureService, type SendingTurn } from './measure-sending.ts';

export type RemindersBenchOptions = {
  /** Sent in each turn of each of the two. */
  readonly mails: number;
  readonly rounds: number;
  /** Reminders in the table, none of them due, while looks at it are measured. */
  readonly stored: number;
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal;
};

export type RemindersBenchReport = {
  readonly options: Omit<RemindersBenchOptions, 'say' | 'signal'>;
  readonly turns: readonly SendingTurn[];
  readonly looks: {
    /** Of the service, each a second after the other. */
    readonly medianMs: number;
    readonly longestMs: number;
    /** The same question to the database without an index. */
    readonly scanMs: number;
  };
  /** Mails that did not come once. */
  readonly mistakes: readonly string[];
};

/** Looks that are measured. */
const measuredLooks = 15;

/** Sends before anything is measured. */
const warmUpMails = 200;

/** Measures the sending of mails that all fall due at once, by turns with nodemailer's own pool; and what a look for due ones costs. */
export async function measureReminders(options: RemindersBenchOptions): Promise<RemindersBenchReport> {
  const { say, signal, ...told } = options;
  const { mails: count, rounds } = told;
  await using stack = new AsyncDisposableStack();
  say('Starting the database, the mail server and reminder-service …');
  const world = await startMailWorld();
  stack.defer(world.stop);
  const mail = await sampleMail(world);
  const sink = await startFaultySink({ seed: 1, tally: createTally(), hasMishaps: false });
  stack.defer(sink.stop);
  const service = await world.startService(sink.urlFor('jetbridge'));
  stack.defer(service.stop);
  say('Sending a few mails to warm up …');
  let next = 1;
  await measureService(world, { service, sink, from: next, count: warmUpMails });
  next += warmUpMails;

  const turns: SendingTurn[] = [];
  const note = (turn: SendingTurn) => {
    turns.push(turn);
    const { contestant, mailsPerSecond, cpuMsPerMail, memoryMb } = turn;
    say(
      `  ${contestant}: ${Math.round(mailsPerSecond)} mails/s, ${cpuMsPerMail.sender.toFixed(2)} ms of CPU each, ${memoryMb} MB`,
    );
  };
  for (let round = 1; round <= rounds && !signal?.aborted; round++) {
    say(`Round ${round} of ${rounds}`);
    note(await measurePlain(world, { sink, mail, turn: `plain.${round}`, count }));
    note(await measureService(world, { service, sink, from: next, count }));
    next += count;
  }

  say(`Storing ${told.stored} reminders that are not due …`);
  await storeUndue(world, next, told.stored);
  say('Looking for due ones …');
  const looks = await measureLooks(world, service.metricsPort);
  const mistakes = signal?.aborted ? ['The run was interrupted.'] : findMistakes(sink.mails(), next - 1);
  return { options: told, turns, looks, mistakes };
}

/** A departure reminder as the service writes it, parsed. */
async function sampleMail(world: MailWorld): Promise<ReceivedMail> {
  const sink = await startSmtpSink();
  const service = await world.startService(sink.url);
  try {
    await until('the confirmation', () => sink.mails().length > 0, 60_000);
    await copyBookings(world, 0, 1);
    await copyReminders(world, 0, 1, String(Date.now()));
    await until('a sample', () => sink.mails().length > 1, 60_000);
    const [, sample] = sink.mails();
    if (!sample) throw new Error('There is no sample.');
    return sample;
  } finally {
    await service.stop();
    await sink.stop();
  }
}

/** They fall due one after the other, from tomorrow on. */
async function storeUndue(world: MailWorld, from: number, count: number): Promise<void> {
  await copyReminders(world, from, count, `${Date.now() + 86_400_000} + numbers.seq * 1000`);
  await world.database.sequelize.query('ANALYZE TABLE reminders');
}

async function measureLooks({ database }: MailWorld, metricsPort: number) {
  const lookMs: number[] = [];
  while (lookMs.length < measuredLooks) {
    await wait(1_000);
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const [, seconds] = /^jetbridge_reminders_idle_look_seconds\{[^}]*\} ([\d.e-]+)$/m.exec(text) ?? [];
    if (seconds === undefined) throw new Error('The service does not tell how long a look takes.');
    lookMs.push(Number(seconds) * 1_000);
  }
  const sorted = lookMs.toSorted((one, other) => one - other);
  const startedAt = performance.now();
  await database.sequelize.query(
    `SELECT id FROM reminders IGNORE INDEX (reminders_to_send, reminders_by_lease, reminders_by_status)
     WHERE status = 'scheduled' AND attempt_at_ms <= ? ORDER BY attempt_at_ms LIMIT 1`,
    { replacements: [Date.now()], type: QueryTypes.SELECT },
  );
  const scanMs = performance.now() - startedAt;
  return { medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0, longestMs: sorted.at(-1) ?? 0, scanMs };
}

function findMistakes(mails: readonly { user: string; messageId: string }[], expected: number): string[] {
  const own = mails.filter(({ user }) => user === 'jetbridge').map(({ messageId }) => messageId);
  const different = new Set(own).size;
  return [
    ...(different === expected ? [] : [`${different} different mails came, not ${expected}`]),
    ...(own.length === different ? [] : [`${own.length - different} mails came twice`]),
  ];
}
