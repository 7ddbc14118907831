import { QueryTypes } from 'sequelize';
import type { EventSettings } from '../config/profile.ts';
import type { Database } from '../database/open-database.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Shows how well events travel: what waits to be told, and what could not be worked on. */
export function showEventMetrics(metrics: Metrics, { sequelize, dialect }: Database, settings: EventSettings): void {
  const numberFrom = async (sql: string): Promise<number> => {
    const [row] = await sequelize.query<{ value: number | string | null }>(sql, { type: QueryTypes.SELECT });
    return Number(row?.value ?? 0);
  };
  metrics.gauge({
    name: 'jetbridge_dead_letters',
    help: 'Events this service gave up on',
    read: () => numberFrom('SELECT COUNT(*) AS value FROM dead_letters'),
  });
  // Where others pull their events, nothing is ever marked as published.
  if (settings.transport === 'feed') return;
  metrics.gauge({
    name: 'jetbridge_outbox_waiting',
    help: 'Events that are not yet with the broker',
    read: () => numberFrom('SELECT COUNT(*) AS value FROM outbox WHERE published_at_ms IS NULL'),
  });
  metrics.gauge({
    name: 'jetbridge_outbox_oldest_seconds',
    help: 'How long the oldest event waits for the broker',
    read: async () => {
      const waitedMs = `(${dialect.nowMs} - MIN(created_at_ms))`;
      return (await numberFrom(`SELECT ${waitedMs} AS value FROM outbox WHERE published_at_ms IS NULL`)) / 1_000;
    },
  });
}
