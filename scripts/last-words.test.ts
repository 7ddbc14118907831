import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterAll, expect, test } from 'vitest';
import { lastWords, measureLogs } from './last-words.ts';

const folder = temporaryFolder('last-words');
afterAll(() => folder.remove());

const fatal = (message: string) =>
  `${JSON.stringify({ level: 'fatal', error: { message, stack: 'at x' }, msg: 'the process ends' })}\n`;

function logsOf(name: string) {
  return { errorLog: join(folder.path, `${name}-error.log`), outLog: join(folder.path, `${name}-out.log`) };
}

test('tells once what a program printed and logged as fatal since then, and nothing of earlier runs', () => {
  const logs = logsOf('booking');
  writeFileSync(logs.errorLog, 'of the day before\n');
  writeFileSync(logs.outLog, fatal('of the day before'));
  const since = measureLogs(folder.path);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    appendFileSync(logs.errorLog, 'does not start\n  - PORT is wrong\n');
    appendFileSync(logs.outLog, `{"level":"info","msg":"hello"}\n${fatal('getaddrinfo ENOTFOUND db.invalid')}`);
  }
  expect(lastWords(logs, since).split('\n')).toEqual([
    'does not start',
    '  - PORT is wrong',
    '  the process ends: getaddrinfo ENOTFOUND db.invalid',
  ]);
});

test('reads a log that was begun anew from its start', () => {
  const logs = logsOf('auth');
  writeFileSync(logs.errorLog, 'something long that is gone\n');
  const since = measureLogs(folder.path);
  writeFileSync(logs.errorLog, 'new\n');
  expect(lastWords(logs, since)).toBe('new');
});

test('says so when there is nothing, not even a file', () => {
  expect(lastWords(logsOf('nobody'), measureLogs(join(folder.path, 'missing')))).toBe('  (nothing)');
});
