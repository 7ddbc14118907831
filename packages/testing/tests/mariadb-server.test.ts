import { existsSync } from 'node:fs';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../src/eventually.ts';
import { type MariadbServer, startMariadb } from '../src/mariadb-server.ts';
import { describeWithServer } from '../src/suite-availability.ts';
import { processesOf } from './processes-of.ts';

describeWithServer('a private MariaDB', 'mariadb', () => {
  let server: MariadbServer;
  let url: string;

  beforeAll(async () => {
    server = await startMariadb({ parameters: ['--lock-wait-timeout=7'] });
    url = await server.createDatabase('flights');
    await query(url, 'CREATE TABLE seat (code VARCHAR(4) PRIMARY KEY)');
  });
  afterAll(() => server.stop());

  test('makes databases with utf8mb4 and binary collation', async () => {
    expect(url).toBe(`mysql://root@127.0.0.1:${server.port}/flights`);
    expect(await query(url, 'SELECT @@character_set_database AS charset, @@collation_database AS collation')).toEqual([
      { charset: 'utf8mb4', collation: 'utf8mb4_bin' },
    ]);
  });

  test('gives every database without a name a new one', async () => {
    expect(await server.createDatabase()).not.toBe(await server.createDatabase());
  });

  test('refuses a database name that would need escaping', async () => {
    await expect(server.createDatabase('a`b')).rejects.toThrow('is no name for a test database');
  });

  test('passes further arguments on and flushes at commit unless told otherwise', async () => {
    const answer = await query(url, 'SELECT @@innodb_flush_log_at_trx_commit AS flush, @@lock_wait_timeout AS timeout');
    expect(answer).toEqual([{ flush: 1, timeout: 7 }]);
  });

  test('has its data after a restart and after a crash', async () => {
    await query(url, "INSERT INTO seat VALUES ('12A')");
    await server.restart();
    await query(url, "INSERT INTO seat VALUES ('12B')");
    await server.kill();
    await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await query(url, 'SELECT code FROM seat')).toEqual([{ code: '12A' }, { code: '12B' }]);
  });

  test('leaves no process and no file behind when it stops', async () => {
    expect(processesOf(server.folder)).not.toEqual([]);
    await server.stop();
    await eventually(() => expect(processesOf(server.folder)).toEqual([]));
    expect(existsSync(server.folder)).toBe(false);
  });
});

describeWithServer('a MariaDB that can not start', 'mariadb', () => {
  test('rejects with the end of its log', async () => {
    await expect(startMariadb({ parameters: ['--no-such-setting'] })).rejects.toThrow(
      /MariaDB could not be started: it ended by itself.*unknown option '--no-such-setting'/s,
    );
  });
});

async function query(url: string, sql: string): Promise<unknown> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}
