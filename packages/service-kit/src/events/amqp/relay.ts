import type { ConfirmChannel, Message } from 'amqplib';
import { QueryTypes } from 'sequelize';
import { createLease } from '../../database/leases.ts';
import type { Database } from '../../database/open-database.ts';
import type { Broker } from './broker.ts';
import { eventExchange, hasConsumers } from './topology.ts';

/** The most events one turn publishes. */
const batchSize = 200;

/** A relay that dies keeps the next one waiting for no longer than this. */
const leaseMs = 10_000;

/** How long the broker may take to confirm a batch before it counts as not published. */
const confirmTimeoutMs = 10_000;

type OutboxRow = { id: number; event_id: string; type: string; envelope: string };

/** Carries events from the outbox to the broker, at least once; one relay per service at a time. */
export function createOutboxRelay(options: { database: Database; broker: Broker }) {
  const { database, broker } = options;
  const lease = createLease(database, { name: 'outbox-relay', lengthMs: leaseMs });

  /** Publishes one batch and returns how many events the broker took. */
  async function runOnce(): Promise<number> {
    const channel = broker.channel();
    if (!channel || !(await lease.hold())) return 0;
    const rows = await database.sequelize.query<OutboxRow>(
      // Not "after the last one": a transaction that began earlier may commit later, with a smaller id.
      'SELECT id, event_id, type, envelope FROM outbox WHERE published_at_ms IS NULL ORDER BY id LIMIT ?',
      { replacements: [batchSize], type: QueryTypes.SELECT },
    );
    if (rows.length === 0) return 0;
    const taken = await publish(channel, rows);
    if (taken.length > 0) await markPublished(taken);
    if (taken.length < rows.length) throw new Error(`The broker did not take ${rows.length - taken.length} events.`);
    return taken.length;
  }

  async function markPublished(ids: readonly number[]): Promise<void> {
    await database.sequelize.query('UPDATE outbox SET published_at_ms = ? WHERE id IN (?)', {
      replacements: [Date.now(), ids],
      type: QueryTypes.UPDATE,
    });
  }

  return { runOnce, stop: () => lease.release() };
}

/** The ids of the rows that the broker confirmed and could route. */
async function publish(channel: ConfirmChannel, rows: readonly OutboxRow[]): Promise<number[]> {
  const returned = new Set<string>();
  // RabbitMQ confirms a message that no queue wanted; it tells so by returning it first.
  const noteReturn = (message: Message) => returned.add(String(message.properties.messageId));
  channel.on('return', noteReturn);
  try {
    const confirmed = await Promise.all(rows.map((row) => publishOne(channel, row)));
    return rows.filter((row, index) => confirmed[index] && !returned.has(row.event_id)).map((row) => Number(row.id));
  } finally {
    channel.off('return', noteReturn);
  }
}

function publishOne(channel: ConfirmChannel, row: OutboxRow): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), confirmTimeoutMs);
    const settle = (taken: boolean) => {
      clearTimeout(timer);
      resolve(taken);
    };
    const properties = {
      persistent: true,
      mandatory: hasConsumers(row.type),
      messageId: row.event_id,
      type: row.type,
      contentType: 'application/cloudevents+json',
    };
    try {
      channel.publish(eventExchange, row.type, Buffer.from(row.envelope), properties, (error) => settle(!error));
    } catch {
      // The channel closed meanwhile; the row stays and goes with the next batch.
      settle(false);
    }
  });
}
