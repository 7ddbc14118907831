import type { ScheduleImport } from '@jetbridge/contracts/flights/imports.ts';

/** An import by request. Times are real ones, in Unix milliseconds. */
export type ImportRecord = {
  readonly id: string;
  readonly status: ScheduleImport['status'];
  readonly createdAtMs: number;
  /** When the process at work last said that it is. */
  readonly progressAtMs: number;
  readonly report: Omit<ScheduleImport, 'id' | 'status' | 'createdAt'>;
};

/** A thousand flights take a second; a process that says nothing for so long has ended. */
const longestSilenceMs = 120_000;

export const emptyReport: ImportRecord['report'] = { rows: 0, created: 0, unchanged: 0, rejected: [], newAirlines: [] };

/** An import as it is, also where the process that ran it ended and could not say so. */
export function asOf(record: ImportRecord, nowMs: number): ImportRecord {
  if (record.status !== 'running' || nowMs - record.progressAtMs <= longestSilenceMs) return record;
  const failure = 'The process that loaded it has ended. Send it again: what is there already is not doubled.';
  return { ...record, status: 'failed', report: { ...record.report, failure } };
}
