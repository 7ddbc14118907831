import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { QueryTypes, TimeoutError } from 'sequelize';
import { expect, onTestFinished, test } from 'vitest';
import { openTestFile, readNotes } from './fixtures/test-file.ts';

test('3,000 parallel transactions of one process all commit, in order, on a few handles, and timers still run', async () => {
  const { sequelize, driver } = await openTestFile({ synchronous: 'OFF' });
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks += 1;
  }, 5);
  const numbers = Array.from({ length: 3_000 }, (_, index) => index);
  await Promise.all(
    numbers.map((number) =>
      sequelize.transaction((transaction) =>
        sequelize.query('INSERT INTO notes (id, text) VALUES ($1, $2)', { bind: [number, `${number}`], transaction }),
      ),
    ),
  );
  clearInterval(ticking);
  expect(await readNotes(sequelize)).toEqual(numbers.map(String));
  expect(driver.handles.opened).toBeLessThanOrEqual(2);
  expect(ticks).toBeGreaterThan(10);
});

test('2,000 parallel single writes all land beside parallel reads, on a few handles', async () => {
  const { sequelize, driver } = await openTestFile({ synchronous: 'OFF' });
  const numbers = Array.from({ length: 2_000 }, (_, index) => index);
  await Promise.all(
    numbers.flatMap((number) => [
      sequelize.query('INSERT INTO notes (text) VALUES ($1)', { bind: [`${number}`] }),
      sequelize.query('SELECT max(id) FROM notes'),
    ]),
  );
  expect(await readNotes(sequelize)).toEqual(numbers.map(String));
  expect(driver.handles.opened).toBeLessThanOrEqual(2);
});

test('thousands of different SELECTs do not pile up in one handle', async () => {
  const { sequelize, driver } = await openTestFile();
  await sequelize.query("INSERT INTO notes (text) VALUES ('here')");
  for (let number = 0; number < 2_000; number++) {
    const rows = await sequelize.query(`SELECT text, ${number} AS number FROM notes`, { type: QueryTypes.SELECT });
    expect(rows).toEqual([{ text: 'here', number }]);
  }
  // Each handle was closed, with its statements, after a few hundred of them.
  expect(driver.handles.opened).toBeGreaterThan(3);
  expect(driver.handles).toMatchObject({ inUse: 0, idle: 1 });
});

test('three processes that read, add and write 200 times each lose no addition', async () => {
  const { path, sequelize } = await openTestFile();
  await sequelize.query('CREATE TABLE counters (name TEXT PRIMARY KEY, total INTEGER NOT NULL)');
  await sequelize.query('CREATE TABLE rounds (id INTEGER PRIMARY KEY, rival TEXT NOT NULL, total INTEGER NOT NULL)');
  await sequelize.query("INSERT INTO counters VALUES ('sum', 0)");
  const rivals = ['a', 'b', 'c'].map((rival) => startFixture('add-to-counter.ts', [path, rival, '200']));
  await Promise.all(rivals.map((rival) => once(rival, 'message')));
  const exits = rivals.map((rival) => once(rival, 'exit'));
  for (const rival of rivals) rival.send('go');
  expect(await Promise.all(exits)).toEqual([
    [0, null],
    [0, null],
    [0, null],
  ]);
  const totals = await sequelize.query<{ total: number }>('SELECT total FROM counters', { type: QueryTypes.SELECT });
  expect(totals).toEqual([{ total: 600 }]);
  const rounds = await sequelize.query<{ rival: string }>('SELECT rival FROM rounds ORDER BY id', {
    type: QueryTypes.SELECT,
  });
  // They did race: the turn went from one process to another again and again.
  const handovers = rounds.filter(({ rival }, index) => index > 0 && rival !== rounds[index - 1]?.rival);
  expect(handovers.length).toBeGreaterThan(10);
});

test('a lock held by another process blocks neither reads nor timers, and fails a write after the deadline', async () => {
  const busyDeadlineMs = 2_000;
  const { path, sequelize, driver } = await openTestFile({ busyDeadlineMs });
  const holder = startFixture('hold-write-lock.ts', [path]);
  await once(holder, 'message');
  const startedAtMs = performance.now();
  let longestGapMs = 0;
  let lastTickAtMs = startedAtMs;
  const ticking = setInterval(() => {
    longestGapMs = Math.max(longestGapMs, performance.now() - lastTickAtMs);
    lastTickAtMs = performance.now();
  }, 5);
  const writes = [1, 2, 3].map((number) =>
    sequelize.transaction((transaction) =>
      sequelize.query('INSERT INTO notes (text) VALUES ($1)', { bind: [`${number}`], transaction }),
    ),
  );
  expect(await readNotes(sequelize)).toEqual([]);
  const results = await Promise.allSettled(writes);
  clearInterval(ticking);
  expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual(
    Array.from({ length: 3 }, () => expect.any(TimeoutError)),
  );
  // Once, and not again for each of those that waited, nor five times by Sequelize.
  expect(performance.now() - startedAtMs).toBeLessThan(2 * busyDeadlineMs);
  // A wait that blocks would leave one gap as long as the deadline.
  expect(longestGapMs).toBeLessThan(busyDeadlineMs / 2);
  expect(driver.handles.inUse).toBe(0);
});

test('a write waits for a lock that another process gives back, by commit or by dying', async () => {
  const { path, sequelize } = await openTestFile();
  const write = (text: string) => sequelize.query('INSERT INTO notes (text) VALUES ($1)', { bind: [text] });
  const committing = startFixture('hold-write-lock.ts', [path]);
  await once(committing, 'message');
  const afterCommit = write('after its commit');
  await wait(50);
  committing.send('commit');
  await afterCommit;
  await sequelize.query("DELETE FROM notes WHERE text = 'of the holder'");
  const dying = startFixture('hold-write-lock.ts', [path]);
  await once(dying, 'message');
  const afterDeath = write('after its death');
  await wait(50);
  dying.kill('SIGKILL');
  await afterDeath;
  expect(await readNotes(sequelize)).toEqual(['after its commit', 'after its death']);
});

function startFixture(name: string, parameters: readonly string[]): ChildProcess {
  const child = fork(join(import.meta.dirname, 'fixtures', name), parameters, { execArgv: [] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}
