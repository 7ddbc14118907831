import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { maximumImportBytes } from '@jetbridge/contracts/flights/imports.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Imports } from '../db/imports.ts';
import { FlightError } from '../domain/errors.ts';
import { emptyReport, type ImportRecord } from '../domain/schedule/schedule-import.ts';
import { type ImportParts, type ImportReport, importSchedule } from './import-schedule.ts';
import type { ScheduleKeeper } from './keep-schedule.ts';
import { rowsOf, type ScheduleFormat } from './schedule-rows.ts';

export type ReceiveImportParts = ImportParts & {
  readonly imports: Imports;
  readonly keeper: ScheduleKeeper;
  readonly log: Logger;
};

/**
 * Takes schedules by request: first the whole file, onto the disk, so that a slow sender holds up nobody; then the loading,
 * which goes on after the answer.
 */
export function createImportReceiver(parts: ReceiveImportParts) {
  const running = new Set<Promise<void>>();

  async function load(record: ImportRecord, actor: string, file: string, format: ScheduleFormat): Promise<void> {
    let last = record;
    const note = async (status: ImportRecord['status'], report: ImportRecord['report']) => {
      last = { ...last, status, report, progressAtMs: Date.now() };
      await parts.imports.update(last);
    };
    try {
      const report = await importSchedule(parts, (airports) => rowsOf(createReadStream(file), format, airports), {
        importId: record.id,
        actor,
        shiftDays: 0,
        onProgress: (so) => note('running', toReport(so)),
      });
      // Who reads that it is done, and searches here, must find it.
      await parts.keeper.catchUp();
      await note('succeeded', toReport(report));
    } catch (error) {
      parts.log.warn({ error, importId: record.id }, 'an import broke off');
      await note('failed', { ...last.report, failure: failureOf(error) });
    } finally {
      await rm(file, { force: true });
    }
  }

  return {
    /** @throws FlightError `import_too_large`. */
    async receive(body: Readable, format: ScheduleFormat, createdBy: string): Promise<ImportRecord> {
      const id = newId('imp');
      const file = join(tmpdir(), `jetbridge-${id}`);
      try {
        await pipeline(body, bounded(maximumImportBytes), createWriteStream(file, { mode: 0o600 }));
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
      const nowMs = Date.now();
      const record = { id, status: 'running', createdAtMs: nowMs, progressAtMs: nowMs, report: emptyReport } as const;
      await parts.imports.insert(record, createdBy);
      const loading = load(record, createdBy, file, format).catch((error: unknown) => {
        parts.log.error({ error, importId: id }, 'the end of an import could not be noted');
      });
      running.add(loading);
      void loading.finally(() => running.delete(loading));
      return record;
    },
    /** Ends when what is being loaded is. */
    stop: async () => {
      await Promise.all(running);
    },
  };
}

export type ImportReceiver = ReturnType<typeof createImportReceiver>;

function toReport({ rows, created, unchanged, rejected, newAirlines }: ImportReport): ImportRecord['report'] {
  const reasons = Array.from(rejected, ([reason, { count, examples }]) => ({ reason, count, examples: [...examples] }));
  return { rows, created, unchanged, rejected: reasons, newAirlines: [...newAirlines] };
}

/** What is wrong with a file is for its sender; all else only for the log. */
function failureOf(error: unknown): string {
  if (error instanceof FlightError) return error.message;
  return 'It could not be read or stored to its end. Send it again: what is there already is not doubled.';
}

function bounded(maximumBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= maximumBytes) done(null, chunk);
      else done(new FlightError('import_too_large', `The body is larger than ${maximumBytes} bytes: split it.`));
    },
  });
}
