import type { FindingsBook } from '../../sales-proof/findings.ts';
import type { Tally } from '../../sales-proof/tally.ts';
import type { ReminderInvariant } from '../invariants.ts';
import { departureKinds, type PlannedBooking } from '../planned-bookings.ts';
import type { TakenMail } from '../sink/sink-messages.ts';
import { type WantedMail, type Wish, wantedMails } from './wanted-mails.ts';

/** What the mails of a run are judged by. */
export type Evidence = {
  readonly findings: FindingsBook<ReminderInvariant>;
  readonly tally: Tally;
  /** When the keeper of the bookings answered about one. */
  readonly answersAbout: (id: string) => readonly number[];
  /** When a sender was killed, by its name at the mail server. */
  readonly kills: ReadonlyMap<string, number>;
  /** When everything had come to rest. */
  readonly endMs: number;
};

/** How late each mail was, in milliseconds, and by how much some were overtaken by what they were too late for. */
export type Lateness = { readonly lateMs: number[]; readonly overtakenMs: number[] };

/** A mail that is wanted for no longer than this may miss its time. */
const promisedWithinMs = 60_000;

/** The service asks again when its answer is older than 5 s. Sending then begins at once, and takes a moment to arrive. */
const oldestAnswerMs = 8_000;

/** A mail on its way when its flight leaves arrives a moment after that. */
const departedGraceMs = 5_000;

/** Departures closer than this to one that was mailed are no news. */
const sameTripMs = 60 * 60_000;

/** A mark follows the reply at once; while the database is away, as soon as it is back. */
const longestMarkMs = 20_000;

/** What a process had written to its socket when it was killed still arrives. */
const inFlightMs = 2_000;

/** Looks at all mails of one booking, in the order they came. */
export function judgeBooking(booking: PlannedBooking, mails: readonly TakenMail[], evidence: Evidence): Lateness {
  const { findings, endMs } = evidence;
  const wanted = wantedMails(booking, endMs);
  const mailsOf = new Map(wanted.map((mail) => [messageIdStart(booking, mail), [] as TakenMail[]]));
  for (const [start, received] of Map.groupBy(mails, messageIdStartOf)) {
    findings.checked('messageIds', received.length);
    const isKnown = mailsOf.has(start) || isOfAnotherKind(start, booking);
    for (const { messageId, to } of received) {
      if (!isKnown || to !== booking.email) findings.violated('messageIds', `${messageId} to ${to}`);
    }
    if (mailsOf.has(start)) mailsOf.set(start, received);
    else judgeRepeats(start, received, evidence);
  }
  const lateness: Lateness = { lateMs: [], overtakenMs: [] };
  const received = (mail: WantedMail) => mailsOf.get(messageIdStart(booking, mail)) ?? [];
  for (const mail of wanted) {
    const others = wanted.filter((other) => other !== mail);
    const name = `${messageIdStart(booking, mail)}@ (${booking.story})`;
    judgeTimes(mail, { name, booking, received, lateness, evidence });
    judgeRepeats(name, received(mail), evidence);
    const siblings = others.filter(({ kind }) => kind === mail.kind);
    const told = siblings.flatMap((sibling) => received(sibling).map((taken) => ({ ...taken, sibling })));
    judgeNews(name, mail, { received: received(mail), told, evidence });
    if (booking.mailbox !== 'never open in time')
      judgeAbsence(name, mail, { received: received(mail), told, evidence });
  }
  return lateness;
}

/** Mails of other kinds may come too; of them only repeats are looked at. */
export const judgedKinds = ['booking_confirmed', ...Object.keys(departureKinds)];
function isOfAnotherKind(start: string, { id }: PlannedBooking): boolean {
  const [owner, kind] = start.split('.');
  return owner === `<${id}` && kind !== undefined && !judgedKinds.includes(kind);
}

/** The part of a Message-ID that names the mail. */
export const messageIdStartOf = ({ messageId }: TakenMail) => messageId.slice(0, messageId.indexOf('@'));

/** As the service names its mails: booking, kind, flight and departure. */
const messageIdStart = ({ id, flightId }: PlannedBooking, { kind, departsAtMs }: WantedMail) =>
  `<${[id, kind, ...(departsAtMs === 0 ? [] : [flightId, departsAtMs])].join('.')}`;

/** Whether each came while it was wanted, and how late. */
function judgeTimes(
  mail: WantedMail,
  parts: {
    name: string;
    booking: PlannedBooking;
    received: (mail: WantedMail) => readonly TakenMail[];
    lateness: Lateness;
    evidence: Evidence;
  },
): void {
  const { name, booking, received, lateness, evidence } = parts;
  const { findings, tally, answersAbout } = evidence;
  for (const [place, taken] of received(mail).entries()) {
    for (const invariant of ['cancelled', 'moved', 'departed', 'early'] as const) findings.checked(invariant, 1);
    const wish = mail.wishes.findLast(({ fromMs }) => fromMs <= taken.beganAtMs);
    if (!wish) {
      const due = mail.wishes[0]?.fromMs;
      findings.violated(
        'early',
        `${name}: ${due === undefined ? 'never due' : `${due - taken.beganAtMs} ms too early`}`,
      );
      continue;
    }
    const overtakenMs = taken.beganAtMs - wish.untilMs;
    if (overtakenMs > 0) {
      lateness.overtakenMs.push(overtakenMs);
      tally.count('outcomes', 'overtaken on their way by a cancellation, a move or a departure');
      // An answer may have been for another mail of the booking. What was said so long ago was known to this one, too.
      const wasToldSo = answersAbout(booking.id).some(
        (at) => at > wish.untilMs && at < taken.beganAtMs - oldestAnswerMs,
      );
      const graceMs = wish.endedBy === 'departed' ? departedGraceMs : promisedWithinMs;
      if (overtakenMs > graceMs || (wish.endedBy !== 'departed' && wasToldSo)) {
        findings.violated(
          wish.endedBy,
          `${name}: ${overtakenMs} ms after that${wasToldSo ? ', and the service was told' : ''}`,
        );
      }
    }
    if (place === 0 && booking.mailbox === 'open') lateness.lateMs.push(Math.max(0, taken.takenAtMs - knowable(wish)));
  }
}

const knowable = ({ fromMs, knowableFromMs }: Wish) =>
  knowableFromMs === Number.POSITIVE_INFINITY ? fromMs : knowableFromMs;

/** The same mail may come again only where nobody can know whether the first one was taken. */
function judgeRepeats(name: string, received: readonly TakenMail[], { findings, tally, kills }: Evidence): void {
  findings.checked('duplicates', received.length);
  for (const [place, mail] of received.slice(0, -1).entries()) {
    const again = received[place + 1];
    if (mail.ending === 'dropped before the reply') tally.count('outcomes', 'sent twice after a lost reply');
    else if (wasKilledWith(mail, kills)) tally.count('outcomes', 'sent twice after a kill between reply and mark');
    else {
      const afterMs = (again?.takenAtMs ?? 0) - mail.takenAtMs;
      findings.violated(
        'duplicates',
        `${name}: by ${mail.user} (${mail.ending}), and ${afterMs} ms later by ${again?.user}`,
      );
    }
  }
}

/** Whether its sender may have been killed before it marked the mail as sent. */
export function wasKilledWith({ user, takenAtMs }: TakenMail, kills: ReadonlyMap<string, number>): boolean {
  const killedAtMs = kills.get(user);
  return killedAtMs !== undefined && killedAtMs > takenAtMs - inFlightMs && killedAtMs < takenAtMs + longestMarkMs;
}

type Told = TakenMail & { readonly sibling: WantedMail };

/** Nobody wants to hear again what they know almost exactly. */
function judgeNews(
  name: string,
  mail: WantedMail,
  { received, told, evidence }: { received: readonly TakenMail[]; told: readonly Told[]; evidence: Evidence },
): void {
  if (mail.departsAtMs === 0) return;
  for (const taken of received) {
    evidence.findings.checked('repeated', 1);
    const known = told.find(
      (earlier) =>
        Math.abs(earlier.sibling.departsAtMs - mail.departsAtMs) < sameTripMs &&
        earlier.takenAtMs < taken.beganAtMs &&
        earlier.ending !== 'dropped before the reply' &&
        !wasKilledWith(earlier, evidence.kills),
    );
    if (known) evidence.findings.violated('repeated', `${name}: after ${known.messageId}`);
  }
}

/** Whether one that was wanted for long enough came. */
function judgeAbsence(
  name: string,
  mail: WantedMail,
  { received, told, evidence }: { received: readonly TakenMail[]; told: readonly Told[]; evidence: Evidence },
): void {
  const { findings, endMs } = evidence;
  const promised = mail.wishes.some(({ knowableFromMs, untilMs }) =>
    untilMs > endMs ? knowableFromMs <= endMs : untilMs - knowableFromMs >= promisedWithinMs,
  );
  const isNews = !told.some(({ sibling }) => Math.abs(sibling.departsAtMs - mail.departsAtMs) < sameTripMs);
  if (!promised || !isNews) return;
  findings.checked('missing', 1);
  if (received.length === 0) findings.violated('missing', `${name} never came`);
}
