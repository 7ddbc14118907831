import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../src/database/open-database.ts';
import { buryEvent, listDeadLetters } from '../src/events/dead-letters.ts';
import { emptyTables, openKitDatabase, rowsOf } from './kit-database.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '../../../scripts/dead-letters.ts');
const id = `dead_${'0'.repeat(26)}`;
const message = {
  eventId: `evt_${'0'.repeat(26)}`,
  type: 'inventory.changed',
  envelope: '{"specversion":"1.0"}',
  error: 'Error: flt_1 does not fit\ncaused by Error: too long',
};

describeOnEachDatabase('npm run dead-letters', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openKitDatabase(kind, 'flight');
  });
  beforeEach(async () => {
    await emptyTables(database);
    await database.write((tx) => buryEvent(database, message, tx));
    // The same event dies once.
    await database.write((tx) => buryEvent(database, message, tx));
  });
  afterAll(() => database?.close());

  async function ask(...words: string[]) {
    const env = { ...process.env, ...kind.settings() };
    const ended = await run(process.execPath, [program, ...words], { env }).catch((error: unknown) => error);
    return ended as { stdout: string; stderr: string; code?: number };
  }

  test('list and show tell of it, with what went wrong', async () => {
    const { stdout: listed } = await ask('list');
    expect(listed).toContain(id);
    expect(listed.match(/flt_1 does not fit/g)).toHaveLength(1);
    const { stdout: shown } = await ask('show', id, '--service', 'flight-search-service');
    expect(shown).toContain('caused by Error: too long');
    expect(shown).toContain('"specversion": "1.0"');
  });

  test('replay marks it for its service, drop deletes it', async () => {
    await ask('replay', id);
    expect(await listDeadLetters(database, 10)).toMatchObject([{ id, replayRequestedAtMs: expect.any(Number) }]);
    expect((await ask('list')).stdout).toContain('replay asked for');
    await ask('drop', id);
    expect(await listDeadLetters(database, 10)).toEqual([]);
    expect((await ask('list')).stdout).toContain('There are no dead letters.');
    const told = await rowsOf<{ envelope: string }>(
      database,
      "SELECT envelope FROM outbox WHERE type = 'audit.recorded'",
    );
    expect(told.map(({ envelope }) => JSON.parse(envelope).data)).toMatchObject([
      { service: 'flight-search-service', actor: null, action: 'dead_letter.replayed', target: id },
      { service: 'flight-search-service', actor: null, action: 'dead_letter.dropped', target: id },
    ]);
  });

  test('words it does not know end with status 1 and what would be right', async () => {
    for (const words of [[], ['bury', id], ['show'], ['list', '--service', 'post-office'], ['list', '--all']]) {
      expect(await ask(...words)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('npm run dead-letters -- list'),
      });
    }
    expect(await ask('drop', 'dead_x')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no dead letter dead_x'),
    });
    expect(await listDeadLetters(database, 10)).toHaveLength(1);
  });
});
