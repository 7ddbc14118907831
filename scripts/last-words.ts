import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How long each log file was at a moment, by path. */
export type LogLengths = ReadonlyMap<string, number>;

const mostLines = 12;

/** Of a log that grew without end since, its last part says enough. */
const mostBytes = 1_000_000;

/** How long the log files of a folder are now, so that what comes later can be told from what earlier runs said. */
export function measureLogs(folder: string): LogLengths {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(names.map((name) => join(folder, name)).map((file) => [file, statSync(file).size]));
}

/**
 * What a program said since then about why it ended: what it printed on standard error, and what it logged as fatal.
 * PM2 tries again and again, so the same sentence is told once.
 */
export function lastWords(logs: { errorLog: string; outLog: string }, since: LogLengths): string {
  const printed = linesSince(logs.errorLog, since);
  const fatal = linesSince(logs.outLog, since).flatMap((line) => messageOfFatal(line) ?? []);
  const lines = [...new Set([...printed, ...fatal])].slice(-mostLines);
  return lines.join('\n') || '  (nothing)';
}

function linesSince(file: string, since: LogLengths): string[] {
  if (!existsSync(file)) return [];
  const open = openSync(file, 'r');
  try {
    const { size } = fstatSync(open);
    const before = since.get(file) ?? 0;
    // A log that is shorter than before was begun anew.
    const start = Math.max(before > size ? 0 : before, size - mostBytes);
    const bytes = Buffer.alloc(size - start);
    const length = readSync(open, bytes, 0, bytes.length, start);
    const text = bytes.toString('utf8', 0, length);
    return text.split('\n').filter((line) => line.trim() !== '');
  } finally {
    closeSync(open);
  }
}

function messageOfFatal(line: string): string | undefined {
  if (!line.includes('"level":"fatal"')) return undefined;
  try {
    const { msg, error } = JSON.parse(line);
    return `  ${msg}: ${error?.message ?? 'no reason given'}`;
  } catch {
    return undefined;
  }
}
