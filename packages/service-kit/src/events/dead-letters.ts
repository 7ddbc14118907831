import { createHash } from 'node:crypto';
import { QueryTypes, type Transaction } from 'sequelize';
import type { BackendService } from '../config/service-urls.ts';
import { createLease } from '../database/leases.ts';
import type { Database } from '../database/open-database.ts';
import { auditRecorded } from './audit.ts';
import { appendEvents } from './outbox.ts';
import { type AnyHandlers, parseEnvelope, receiveEvent } from './receive.ts';

/** An event that a service could not handle. */
export type DeadLetter = {
  readonly id: string;
  readonly eventId: string;
  readonly type: string;
  /** The message as it came; a CloudEvent unless that is what was wrong with it. */
  readonly envelope: string;
  /** What its last try ended with. */
  readonly error: string;
  /** When that was, in Unix milliseconds. */
  readonly deadAtMs: number;
  /** When somebody asked for another try that has not been made yet, in Unix milliseconds. */
  readonly replayRequestedAtMs: number | null;
};

/** What is known of a message that goes to the dead letters. */
export type DeadMessage = {
  readonly eventId: string;
  readonly type: string;
  readonly envelope: string;
  readonly error: string;
};

/** The most letters one turn of the replay loop tries. */
const replayBatch = 20;

/** Where each of the table's columns ends on MySQL. */
const longestEventId = 40;
const longestType = 64;
const longestError = 4_000;

const columns = 'id, event_id, type, envelope, error, dead_at_ms, replay_requested_at_ms';

/** An error and what caused it, in one line each. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = `${error.name}: ${error.message}`;
  const whole = error.cause === undefined ? own : `${own}\ncaused by ${describeError(error.cause)}`;
  return whole.slice(0, longestError);
}

/** Keeps an event that could not be handled, for people to look at. The same event again changes nothing. */
export async function buryEvent(database: Database, message: DeadMessage, tx: Transaction): Promise<void> {
  const row = {
    id: letterIdOf(message.eventId),
    event_id: message.eventId.slice(0, longestEventId),
    type: message.type.slice(0, longestType),
    envelope: message.envelope,
    error: message.error.slice(0, longestError),
    dead_at_ms: Date.now(),
  };
  await database.dialect.insertOrKeep(database.sequelize, 'dead_letters', [row], tx);
}

/** The dead letters of a service, the newest first. */
export async function listDeadLetters(database: Database, limit: number): Promise<DeadLetter[]> {
  return select(database, 'ORDER BY dead_at_ms DESC, id LIMIT ?', [limit]);
}

/** The same, page by page: those behind a letter of which the time it died and its id are known. */
export async function pageDeadLetters(
  database: Database,
  { after, limit }: { after?: Pick<DeadLetter, 'deadAtMs' | 'id'> | undefined; limit: number },
): Promise<DeadLetter[]> {
  const order = 'ORDER BY dead_at_ms DESC, id LIMIT ?';
  if (!after) return select(database, order, [limit]);
  const { deadAtMs, id } = after;
  const behind = 'WHERE (dead_at_ms < ? OR dead_at_ms = ? AND id > ?)';
  return select(database, `${behind} ${order}`, [deadAtMs, deadAtMs, id, limit]);
}

export async function readDeadLetter(database: Database, id: string): Promise<DeadLetter | undefined> {
  const [letter] = await select(database, 'WHERE id = ?', [id]);
  return letter;
}

/** Who decides about a letter: a user, or nobody that is known by an account; and the service whose letter it is. */
type Decider = { readonly service: BackendService; readonly actor?: string };

/**
 * Asks the service that owns the letter to try it again; it does within a second or two. The audit log hears of it.
 * False: there is none.
 */
export async function requestReplay(database: Database, id: string, by: Decider): Promise<boolean> {
  const request = 'UPDATE dead_letters SET replay_requested_at_ms = ? WHERE id = ?';
  return decide(database, { id, action: 'dead_letter.replayed', by }, (tx) =>
    execute(database, request, [Date.now(), id], tx),
  );
}

/** Gives a letter up for good; the audit log hears of it. False: there is none. */
export async function dropDeadLetter(database: Database, id: string, by: Decider): Promise<boolean> {
  return decide(database, { id, action: 'dead_letter.dropped', by }, (tx) =>
    execute(database, 'DELETE FROM dead_letters WHERE id = ?', [id], tx),
  );
}

async function decide(
  database: Database,
  { id, action, by }: { id: string; action: `dead_letter.${string}`; by: Decider },
  work: (tx: Transaction) => Promise<void>,
): Promise<boolean> {
  const letter = await readDeadLetter(database, id);
  if (!letter) return false;
  const { eventId, type } = letter;
  const target = { type: 'dead_letter', id };
  await database.write(async (tx) => {
    await work(tx);
    await appendEvents(
      database,
      [auditRecorded(by.service, { actor: by.actor, action, target, before: { eventId, type } })],
      tx,
    );
  });
  return true;
}

/** How long a process that died while it replayed keeps the others waiting. */
const replayLeaseMs = 10_000;

/**
 * Tries the letters again that somebody asked for. One that succeeds is deleted in the transaction of its effect; one
 * that fails stays, with its new error.
 */
export function createReplayer(options: { database: Database; handlers: AnyHandlers }) {
  const { database, handlers } = options;
  const lease = createLease(database, { name: 'dead-letter-replay', lengthMs: replayLeaseMs });

  /** Returns how many letters were tried. */
  async function runOnce(): Promise<number> {
    const requested = 'WHERE replay_requested_at_ms IS NOT NULL ORDER BY replay_requested_at_ms, id LIMIT ?';
    if ((await select(database, requested, [1])).length === 0 || !(await lease.hold())) return 0;
    const letters = await select(database, requested, [replayBatch]);
    for (const letter of letters) await replay(letter);
    return letters.length;
  }

  async function replay(letter: DeadLetter): Promise<void> {
    try {
      const envelope = parseEnvelope(letter.envelope);
      if (!handlers[envelope.type]) throw new Error(`This service does not work on ${envelope.type}; drop the letter.`);
      await receiveEvent(database, handlers, envelope, async (tx) => {
        await execute(database, 'DELETE FROM dead_letters WHERE id = ?', [letter.id], tx);
      });
    } catch (error) {
      await execute(
        database,
        'UPDATE dead_letters SET error = ?, dead_at_ms = ?, replay_requested_at_ms = NULL WHERE id = ?',
        [describeError(error), Date.now(), letter.id],
      );
    }
  }

  return { runOnce, stop: () => lease.release() };
}

/** One letter per event, however often its message is delivered: the id follows from the event's. */
function letterIdOf(eventId: string): string {
  const [, ownPart] = /^evt_([0-9a-z]{26})$/.exec(eventId) ?? [];
  return `dead_${ownPart ?? createHash('sha256').update(eventId).digest('hex').slice(0, 26)}`;
}

async function select(database: Database, rest: string, replacements: (string | number)[]): Promise<DeadLetter[]> {
  const rows = await database.sequelize.query<{
    id: string;
    event_id: string;
    type: string;
    envelope: string;
    error: string;
    dead_at_ms: number;
    replay_requested_at_ms: number | null;
  }>(`SELECT ${columns} FROM dead_letters ${rest}`, { replacements, type: QueryTypes.SELECT });
  return rows.map((row) => ({
    id: row.id,
    eventId: row.event_id,
    type: row.type,
    envelope: row.envelope,
    error: row.error,
    deadAtMs: Number(row.dead_at_ms),
    replayRequestedAtMs: row.replay_requested_at_ms === null ? null : Number(row.replay_requested_at_ms),
  }));
}

async function execute(
  database: Database,
  sql: string,
  replacements: (string | number)[],
  transaction?: Transaction,
): Promise<void> {
  await database.sequelize.query(sql, { replacements, transaction: transaction ?? null });
}
