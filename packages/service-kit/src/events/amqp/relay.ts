import { supersedingEvents } from '@jetbridge/contracts/events/catalogue.ts';
import { QueryTypes } from 'sequelize';
import { createLease } from '../../database/leases.ts';
import type { Database } from '../../database/open-database.ts';
import type { Broker } from './broker.ts';
import { type Outgoing, publish } from './publish.ts';
import { eventExchange, hasConsumers } from './topology.ts';

/** The most events one turn publishes. */
const batchSize = 200;

/** A relay that dies keeps the next one waiting for no longer than this. */
const leaseMs = 10_000;

type OutboxRow = { id: number; event_id: string; type: string; subject: string; envelope: string };

/** Carries events from the outbox to the broker, at least once; one relay per service at a time. */
export function createOutboxRelay(options: { database: Database; broker: Pick<Broker, 'channel'> }) {
  const { database, broker } = options;
  const lease = createLease(database, { name: 'outbox-relay', lengthMs: leaseMs });

  /** Publishes one batch and returns how many events the broker took. */
  async function runOnce(): Promise<number> {
    const channel = broker.channel();
    if (!channel || !(await lease.hold())) return 0;
    const rows = await database.sequelize.query<OutboxRow>(
      // Not "after the last one": a transaction that began earlier may commit later, with a smaller id.
      'SELECT id, event_id, type, subject, envelope FROM outbox WHERE published_at_ms IS NULL ORDER BY id LIMIT ?',
      { replacements: [batchSize], type: QueryTypes.SELECT },
    );
    if (rows.length === 0) return 0;
    const { current, superseded } = withoutSuperseded(rows);
    const wasTaken = await publish(channel, current.map(toMessage));
    const taken = [...current.filter((_, index) => wasTaken[index]), ...superseded].map(({ id }) => Number(id));
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

/** Sorts out what a later row of the same batch says better. */
function withoutSuperseded(rows: readonly OutboxRow[]): { current: OutboxRow[]; superseded: OutboxRow[] } {
  const newest = new Map(rows.map((row) => [supersededBy(row), row]));
  const isCurrent = (row: OutboxRow) => newest.get(supersededBy(row)) === row;
  return { current: rows.filter(isCurrent), superseded: rows.filter((row) => !isCurrent(row)) };
}

const supersededBy = ({ type, subject, event_id }: OutboxRow) =>
  supersedingEvents.has(type) ? `${type} ${subject}` : event_id;

function toMessage(row: OutboxRow): Outgoing {
  return {
    exchange: eventExchange,
    routingKey: row.type,
    messageId: row.event_id,
    content: Buffer.from(row.envelope),
    properties: {
      persistent: true,
      mandatory: hasConsumers(row.type),
      type: row.type,
      contentType: 'application/cloudevents+json',
    },
  };
}
