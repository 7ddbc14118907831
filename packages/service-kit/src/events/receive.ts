import {
  type EventData,
  events,
  type WorkEventType,
  type WorkingService,
} from '@jetbridge/contracts/events/catalogue.ts';
import { type EventEnvelope, eventEnvelope } from '@jetbridge/contracts/events/envelope.ts';
import { QueryTypes, type Transaction, UniqueConstraintError } from 'sequelize';
import type { Database } from '../database/open-database.ts';
import { acceptableRequestId, withRequestContext } from '../http/request-context.ts';
import { newId } from '../ids.ts';

/** What a service does on each event it works on, in the transaction that also remembers the event. */
export type WorkHandlers<S extends WorkingService> = {
  readonly [T in WorkEventType<S>]: (event: { id: string; data: EventData<T> }, tx: Transaction) => Promise<void>;
};

/** Handlers of some service, when it does not matter which. */
export type AnyHandlers = Readonly<
  Record<string, (event: { id: string; data: never }, tx: Transaction) => Promise<void>>
>;

/** A message that no number of tries will make readable. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent';
}

/** Reads an envelope. @throws MalformedEvent */
export function parseEnvelope(text: string): EventEnvelope {
  try {
    return eventEnvelope.parse(JSON.parse(text));
  } catch (cause) {
    throw new MalformedEvent('The message is not a CloudEvent.', { cause });
  }
}

/**
 * Handles an event once, however often it comes: the inbox row and the effect are one transaction. Types this service
 * does not work on are passed over.
 * @param alongside more to write in the same transaction, also when the event was handled before.
 * @throws MalformedEvent when the data does not fit the type; whatever the handler throws.
 */
export async function receiveEvent(
  database: Database,
  handlers: AnyHandlers,
  envelope: EventEnvelope,
  alongside: (tx: Transaction) => Promise<void> = async () => {},
): Promise<void> {
  const handle = handlers[envelope.type];
  const data = handle && parseEventData(envelope);
  const requestId = acceptableRequestId(envelope.requestid) ?? newId('req');
  await withRequestContext({ requestId }, () =>
    database.write(async (tx) => {
      if (handle && (await isFirstTime(database, envelope.id, tx))) {
        // `parseEventData` has checked the data by the schema of its type, which is the one the handler was declared for.
        await handle({ id: envelope.id, data: data as never }, tx);
      }
      await alongside(tx);
    }),
  );
}

/** The data of an event whose type is in the catalogue, checked by that type's schema. @throws MalformedEvent */
export function parseEventData(envelope: EventEnvelope): unknown {
  // Only types with a handler come here, and handlers exist only for types of the catalogue.
  const { data } = events[envelope.type as keyof typeof events];
  const result = data.safeParse(envelope.data);
  if (!result.success)
    throw new MalformedEvent(`The data of ${envelope.type} is not as agreed.`, { cause: result.error });
  return result.data;
}

/** Two deliveries at once: the second waits here for the first, and fails on the key when that one has committed. */
async function isFirstTime({ sequelize }: Database, eventId: string, tx: Transaction): Promise<boolean> {
  try {
    await sequelize.query('INSERT INTO inbox (event_id, received_at_ms) VALUES (?, ?)', {
      replacements: [eventId, Date.now()],
      type: QueryTypes.INSERT,
      transaction: tx,
    });
    return true;
  } catch (error) {
    // The one key there is. Either database takes back the statement alone, and the transaction goes on.
    if (error instanceof UniqueConstraintError) return false;
    throw error;
  }
}
