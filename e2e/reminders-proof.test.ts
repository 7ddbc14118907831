import { describeWithServer } from '@jetbridge/testing/suite-availability.ts';
import { describe, expect, test } from 'vitest';
import { invariants } from '../bench/reminders-proof/invariants.ts';
import { judgeBooking } from '../bench/reminders-proof/judge/judge-mails.ts';
import type { PlannedBooking } from '../bench/reminders-proof/planned-bookings.ts';
import { printRemindersProof } from '../bench/reminders-proof/print-report.ts';
import { proveReminders, type RemindersProofReport } from '../bench/reminders-proof/prove-reminders.ts';
import type { TakenMail } from '../bench/reminders-proof/sink/sink-messages.ts';
import { createFindings } from '../bench/sales-proof/findings.ts';
import { createTally } from '../bench/sales-proof/tally.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

describe('mails are judged', () => {
  const startMs = 1_800_000_000_000;
  const departsAtMs = startMs + 2 * hourMs + 5 * minuteMs;
  const dueAtMs = startMs + 5 * minuteMs;
  const endMs = startMs + 30 * minuteMs;

  /** Of one booking, known from the start, whose second reminder is due after five minutes. */
  function judge(
    mails: readonly TakenMail[],
    past: { states?: PlannedBooking['states']; answeredAtMs?: number; killedAtMs?: number } = {},
  ): string[] {
    const { states = [state()], answeredAtMs, killedAtMs } = past;
    const findings = createFindings(invariants);
    judgeBooking({ ...booking, states }, mails, {
      findings,
      tally: createTally(),
      answersAbout: () => (answeredAtMs === undefined ? [] : [answeredAtMs]),
      kills: new Map(killedAtMs === undefined ? [] : [['sender-1', killedAtMs]]),
      endMs,
    });
    return findings.all().flatMap(([name, { violations }]) => Array<string>(violations).fill(name));
  }

  const booking: Omit<PlannedBooking, 'states'> = {
    id: 'bkg_1',
    flightId: 'flt_1',
    email: 'ada@passengers.example',
    story: 'leave in two hours',
    mailbox: 'open',
  };
  const state = (changes: Partial<PlannedBooking['states'][number]> = {}) => {
    const { atMs = startMs } = changes;
    return { status: 'confirmed', departsAtMs, atMs, happenedAtMs: atMs, toldAtMs: atMs, ...changes } as const;
  };
  const mail = (takenAtMs: number, changes: Partial<TakenMail> = {}): TakenMail => ({
    to: booking.email,
    messageId: reminderId(departsAtMs),
    user: 'sender-1',
    beganAtMs: takenAtMs,
    takenAtMs,
    ending: 'replied',
    ...changes,
  });
  const reminderId = (departure: number) => `<bkg_1.departure_2h.flt_1.${departure}@jetbridge.example>`;
  const confirmation = mail(startMs + 100, { messageId: '<bkg_1.booking_confirmed@jetbridge.example>' });
  const reminder = mail(dueAtMs + 100);

  test('as right when each that is wanted comes once, in time', () => {
    expect(judge([confirmation, reminder])).toEqual([]);
  });

  test('as wrong when one is missing, early, or not what its Message-ID says', () => {
    expect(judge([confirmation])).toEqual(['missing']);
    expect(judge([confirmation, mail(dueAtMs - 1)])).toEqual(['early']);
    expect(judge([confirmation, reminder, mail(dueAtMs, { messageId: '<another@jetbridge.example>' })])).toEqual([
      'messageIds',
    ]);
    expect(judge([confirmation, reminder, { ...confirmation, to: 'eve@passengers.example' }])).toContain('messageIds');
  });

  test('as wrong when one comes twice, unless nobody could know of the first', () => {
    const again = mail(dueAtMs + 40_000, { user: 'sender-2' });
    expect(judge([confirmation, reminder, again])).toEqual(['duplicates']);
    expect(judge([confirmation, { ...reminder, ending: 'dropped before the reply' }, again])).toEqual([]);
    expect(judge([confirmation, reminder, again], { killedAtMs: reminder.takenAtMs + 50 })).toEqual([]);
    expect(judge([confirmation, reminder, again], { killedAtMs: reminder.takenAtMs + 30_000 })).toEqual(['duplicates']);
  });

  test('as wrong when one comes after a cancellation that the service was told of, or long after any', () => {
    const cancelledAtMs = dueAtMs + 1_000;
    const states = [state(), state({ status: 'cancelled', atMs: cancelledAtMs })];
    expect(judge([confirmation], { states })).toEqual([]);
    const late = mail(cancelledAtMs + 15_000);
    expect(judge([confirmation, late], { states, answeredAtMs: dueAtMs + 100 })).toEqual([]);
    expect(judge([confirmation, late], { states, answeredAtMs: cancelledAtMs + 10_000 })).toEqual([]);
    expect(judge([confirmation, late], { states, answeredAtMs: cancelledAtMs + 100 })).toEqual(['cancelled']);
    expect(judge([confirmation, mail(cancelledAtMs + 61_000)], { states })).toEqual(['cancelled']);
  });

  test('as wrong when one comes after the departure', () => {
    const soon = startMs + 10 * minuteMs;
    const messageId = reminderId(soon);
    const states = [state({ departsAtMs: soon })];
    expect(judge([confirmation, mail(soon - 1_000, { messageId })], { states })).toEqual([]);
    expect(judge([confirmation, mail(soon + 6_000, { messageId })], { states })).toEqual(['departed']);
  });

  test('as wrong when one comes for a departure that is no more, or tells almost the same again', () => {
    const movedAtMs = startMs + minuteMs;
    const moved = departsAtMs + 2 * minuteMs;
    const states = [state(), state({ departsAtMs: moved, atMs: movedAtMs })];
    const right = mail(dueAtMs + 2 * minuteMs, { messageId: reminderId(moved) });
    expect(judge([confirmation, right], { states })).toEqual([]);
    expect(judge([confirmation], { states })).toEqual(['missing']);
    expect(judge([confirmation, reminder], { states })).toEqual(['early']);
    const movedLate = [state(), state({ departsAtMs: moved, atMs: dueAtMs + minuteMs })];
    expect(judge([confirmation, reminder], { states: movedLate })).toEqual([]);
    expect(judge([confirmation, reminder, right], { states: movedLate })).toEqual(['repeated']);
    expect(judge([confirmation, mail(dueAtMs + 3 * minuteMs)], { states: movedLate })).toContain('moved');
  });
});

describeWithServer('reminders (MariaDB)', 'mariadb', () => {
  describeWithServer('reminders (RabbitMQ)', 'rabbitmq', () => {
    test('come once each through kills and crashes', { timeout: 240_000 }, async () => {
      const report = await proveReminders({ ...small, say: () => {} });
      const printed = print(report);
      expect(report.findings.violations(), printed).toBe(0);
      // What did not happen proves nothing.
      expect(report.tally.of('answers', 'processes killed'), printed).toBeGreaterThan(0);
      expect(report.tally.of('answers', 'crashes of the database'), printed).toBe(1);
      expect(report.tally.of('answers', 'crashes of the broker'), printed).toBe(1);
      expect(report.tally.of('outcomes', 'sent twice after a lost reply'), printed).toBeGreaterThan(0);
      expect(report.tally.of('outcomes', 'refused for good'), printed).toBeGreaterThan(0);
      expect(report.tally.of('events', 'events published after newer ones'), printed).toBeGreaterThan(0);
    });
  });
});

const small = { bookings: 400, seconds: 12, workers: 2, killEverySeconds: 3, restarts: 1, seed: 1 } as const;

function print(report: RemindersProofReport): string {
  const lines: string[] = [];
  printRemindersProof(report, (line) => lines.push(line));
  return lines.join('\n');
}
