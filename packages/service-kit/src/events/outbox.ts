import { type EventData, type EventType, events } from '@jetbridge/contracts/events/catalogue.ts';
import type { EventEnvelope } from '@jetbridge/contracts/events/envelope.ts';
import type { Transaction } from 'sequelize';
import { insertRows } from '../database/insert-rows.ts';
import type { Database } from '../database/open-database.ts';
import { currentRequestContext } from '../http/request-context.ts';
import { newId } from '../ids.ts';

/** Something that has happened, to be told in the transaction that makes it true. `subject` is the aggregate's id. */
export type EventDraft = {
  [T in EventType]: {
    readonly type: T;
    readonly subject: string;
    readonly data: EventData<T>;
    /** The request it comes of, where that is not the one at work. */
    readonly requestId?: string;
  };
}[EventType];

/**
 * Puts events into the outbox of this service. They are published after the transaction commits, and never without it.
 * @throws ZodError when an event's data does not have the form its type promises.
 */
export async function appendEvents(database: Database, drafts: readonly EventDraft[], tx: Transaction): Promise<void> {
  const createdAtMs = Date.now();
  const rows = drafts.map((draft) => {
    const envelope = toEnvelope(draft, createdAtMs);
    return {
      event_id: envelope.id,
      type: draft.type,
      subject: draft.subject,
      envelope: JSON.stringify(envelope),
      created_at_ms: createdAtMs,
      published_at_ms: null,
    };
  });
  await insertRows(database, 'outbox', rows, tx);
}

function toEnvelope(draft: EventDraft, createdAtMs: number): EventEnvelope {
  const requestId = draft.requestId ?? currentRequestContext()?.requestId;
  return {
    specversion: '1.0',
    id: newId('evt', createdAtMs),
    source: `/${sourceOf(draft)}`,
    type: draft.type,
    subject: draft.subject,
    time: new Date(createdAtMs).toISOString(),
    datacontenttype: 'application/json',
    ...(requestId ? { requestid: requestId } : {}),
    data: events[draft.type].data.parse(draft.data),
  };
}

/** Deeds are told by every service, and say by which. */
const sourceOf = (draft: EventDraft): string =>
  draft.type === 'audit.recorded' ? draft.data.service : events[draft.type].producer;
