import { readDatabaseSettings } from '@jetbridge/service-kit/config/profile.ts';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { startTokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import { startMariadb } from '@jetbridge/testing/mariadb-server.ts';
import { startRabbitmq } from '@jetbridge/testing/rabbitmq-server.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { createFindings, type Findings } from '../sales-proof/findings.ts';
import { createRandom } from '../sales-proof/random.ts';
import { createTally, type Tally } from '../sales-proof/tally.ts';
import { startBookingKeeper } from './booking-keeper.ts';
import { planHardships } from './hardships.ts';
import { invariants, type ReminderInvariant } from './invariants.ts';
import { awaitRest } from './judge/await-rest.ts';
import { checkTable } from './judge/check-table.ts';
import { judgeBooking } from './judge/judge-mails.ts';
import { type LatenessFigures, latenessFigures } from './judge/lateness-figures.ts';
import { openNewsDesk } from './news-desk.ts';
import { type PlannedBooking, planBooking } from './planned-bookings.ts';
import { runBookings } from './run-bookings.ts';
import { startSenders } from './senders.ts';
import { startFaultySink } from './sink/faulty-sink.ts';
import type { TakenMail } from './sink/sink-messages.ts';

export type RemindersProofOptions = {
  readonly bookings: number;
  readonly seconds: number;
  /** Processes of reminder-service. */
  readonly workers: number;
  readonly killEverySeconds: number;
  /** Crashes of the database and of the broker, each. */
  readonly restarts: number;
  readonly seed: number;
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal;
};

export type RemindersProofReport = {
  readonly options: Omit<RemindersProofOptions, 'say' | 'signal'>;
  readonly seconds: number;
  /** Between the end of what happened and the moment when nothing was left to do. */
  readonly secondsToRest: number;
  readonly mails: number;
  readonly questions: number;
  readonly lateness: LatenessFigures;
  readonly longestOvertakenMs: number;
  /** The memory of the largest process at the end. */
  readonly largestMemoryMb: number;
  readonly tally: Tally;
  readonly findings: Findings<ReminderInvariant>;
  /** What reminder-service warned of, each kind once. */
  readonly warnings: readonly string[];
};

const latestP99Ms = 60_000;

/** Long enough for the processes to have planned what is due at the very beginning. */
const leadMs = 500;

/**
 * Lets bookings be made, moved and cancelled while their mails are due, at processes of reminder-service that are killed
 * every few seconds, with a broker and a database that crash and a mail server that fails in every way; then tells from
 * what the mail server took whether each mail that was wanted came, once, and no other.
 *
 * Where booking-service would be stands a keeper of bookings that knows the truth: selling so many seats first would
 * take longer than mailing about them, and the truth must change at chosen moments.
 */
export async function proveReminders(options: RemindersProofOptions): Promise<RemindersProofReport> {
  const { say, signal = new AbortController().signal, ...told } = options;
  const startedAt = performance.now();
  await using stack = new AsyncDisposableStack();
  const tally = createTally();
  const findings = createFindings(invariants);
  say('Starting the database, the broker, the mail server and reminder-service …');
  const folder = temporaryFolder('reminders');
  stack.defer(async () => folder.remove());
  const server = await startMariadb({ flushLogAtCommit: 1 });
  stack.defer(server.stop);
  const broker = await startRabbitmq();
  stack.defer(broker.stop);
  const sink = await startFaultySink({ seed: options.seed, tally });
  stack.defer(sink.stop);
  const issuer = await startTokenIssuer();
  stack.defer(issuer.stop);
  const keeper = await startBookingKeeper();
  stack.defer(keeper.stop);
  const settings = {
    DATABASE_URL: server.url,
    REMINDER_DATABASE_URL: `${server.url}/reminders`,
    RABBITMQ_URL: broker.url,
    BOOKING_SERVICE_URL: keeper.url,
    AUTH_SERVICE_URL: issuer.url,
    DATA_DIR: folder.path,
  };
  const senders = await startSenders({
    count: options.workers,
    folder: folder.path,
    smtpUrlFor: sink.urlFor,
    settings,
    tally,
  });
  stack.defer(senders.stop);
  const desk = await openNewsDesk({ url: broker.url, random: createRandom(options.seed + 1), tally });
  stack.defer(desk.stop);

  const times = { startMs: Date.now() + leadMs, lengthMs: options.seconds * 1_000 };
  const random = createRandom(options.seed + 2);
  const bookings = Array.from({ length: options.bookings }, () => planBooking(times, random));
  for (const { story } of bookings) tally.count('attempts', story);
  const hardships = planHardships({
    times,
    killEveryMs: options.killEverySeconds * 1_000,
    restarts: options.restarts,
    senders,
    database: server,
    broker,
    random: createRandom(options.seed + 3),
    tally,
  });
  const progress = () => `${sink.mails().length} mails, ${senders.kills().size} kills`;
  await runBookings({ bookings, times, keeper, desk, hardships, progress, say, signal });
  await hardships.over();

  say('Waiting until everything has come to rest …');
  const names = { setting: 'REMINDER_DATABASE_URL', database: 'airline_reminder' } as const;
  const database = await openDatabase(
    readDatabaseSettings(settings, names),
    createLogger({ service: 'bench', level: 'fatal' }),
  );
  stack.defer(database.close);
  const restAtMs = await awaitRest(database, bookings.length, findings, signal);
  const largestMemoryMb = Math.max(0, ...senders.memoryMb());
  // Stops tell what is still under way, and with them the mail server has told all it took.
  await senders.stop();
  await sink.allTold();

  say('Looking into the mails …');
  const mails = sink.mails();
  const evidence = { findings, tally, answersAbout: keeper.answersAbout, kills: senders.kills(), endMs: restAtMs };
  const { lateMs, overtakenMs } = judgeAll(bookings, mails, evidence);
  await checkTable(database, { bookings, mails, kills: senders.kills(), findings });
  const lateness = latenessFigures(lateMs);
  findings.checked('lateness', 1);
  if (lateness.p99Ms >= latestP99Ms) findings.violated('lateness', `${Math.round(lateness.p99Ms / 1_000)} s`);
  return {
    options: told,
    seconds: (performance.now() - startedAt) / 1_000,
    secondsToRest: (restAtMs - times.startMs - times.lengthMs) / 1_000,
    mails: mails.length,
    questions: keeper.questions(),
    lateness,
    longestOvertakenMs: overtakenMs.reduce((longest, ms) => Math.max(longest, ms), 0),
    largestMemoryMb,
    tally,
    findings,
    warnings: senders.warnings(),
  };
}

function judgeAll(
  bookings: readonly PlannedBooking[],
  mails: readonly TakenMail[],
  evidence: Parameters<typeof judgeBooking>[2],
): { lateMs: number[]; overtakenMs: number[] } {
  const mailsOf = Map.groupBy(mails, ({ messageId }) => /^<([^.@]+)/.exec(messageId)?.[1] ?? '');
  const all = { lateMs: [] as number[], overtakenMs: [] as number[] };
  for (const booking of bookings) {
    const { lateMs, overtakenMs } = judgeBooking(booking, mailsOf.get(booking.id) ?? [], evidence);
    all.lateMs.push(...lateMs);
    all.overtakenMs.push(...overtakenMs);
    mailsOf.delete(booking.id);
  }
  for (const [id, strays] of mailsOf) {
    evidence.findings.violated('messageIds', `${strays.length} mails for "${id}", which is no booking`);
  }
  return all;
}
