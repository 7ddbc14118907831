import { insertRows } from '@jetbridge/service-kit/database/insert-rows.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';
import type { ImportRecord } from '../domain/schedule/schedule-import.ts';

type Row = {
  id: string;
  status: ImportRecord['status'];
  created_at_ms: number;
  progress_at_ms: number;
  report: string;
};

/** Imports by request, and how far they are. */
export function createImports(database: Database) {
  const { sequelize } = database;
  return {
    async insert(record: ImportRecord, createdBy: string): Promise<void> {
      const { id, status, createdAtMs, progressAtMs, report } = record;
      const times = { created_at_ms: createdAtMs, progress_at_ms: progressAtMs };
      const row = { id, status, created_by: createdBy, ...times, report: JSON.stringify(report) };
      await database.write((tx) => insertRows(database, 'imports', [row], tx));
    },
    async update({ id, status, progressAtMs, report }: ImportRecord): Promise<void> {
      await database.write(async (tx) => {
        await sequelize.query('UPDATE imports SET status = ?, progress_at_ms = ?, report = ? WHERE id = ?', {
          replacements: [status, progressAtMs, JSON.stringify(report), id],
          type: QueryTypes.UPDATE,
          transaction: tx,
        });
      });
    },
    async find(id: string): Promise<ImportRecord | undefined> {
      const [row] = await sequelize.query<Row>('SELECT * FROM imports WHERE id = ?', {
        replacements: [id],
        type: QueryTypes.SELECT,
      });
      if (!row) return undefined;
      return {
        id: row.id,
        status: row.status,
        createdAtMs: Number(row.created_at_ms),
        progressAtMs: Number(row.progress_at_ms),
        // `insert` and `update` wrote it.
        report: JSON.parse(row.report) as ImportRecord['report'],
      };
    },
  };
}

export type Imports = ReturnType<typeof createImports>;
