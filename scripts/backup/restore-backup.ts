import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { QueryTypes } from 'sequelize';
import { BackupError, type Manifest, readCheckedManifest } from './manifest.ts';
import { type DatabaseServer, loadDump } from './mysql-programs.ts';
import { dumpFile, type Places, savedFolders } from './places.ts';
import { assertSound, isInUse } from './sqlite-files.ts';

export type Restored = { readonly manifest: Manifest; readonly movedTo: string | undefined };

type Options = { readonly force: boolean; readonly now: Date };

/**
 * Puts a backup in the place of what is there. Everything in it is checked before anything is touched. Data that exists
 * is only replaced by `force`: files are moved aside, databases on a server are dropped. Never under a running system.
 * @throws BackupError
 */
export async function restoreBackup(places: Places, folder: string, options: Options): Promise<Restored> {
  const manifest = await readCheckedManifest(folder);
  if (manifest.databases !== places.databases.kind) {
    throw new BackupError(
      `The backup is of ${manifest.databases} databases, but the settings name ${places.databases.kind} ones.`,
    );
  }
  const replaced = [...filesInPlace(places), ...(await databasesInPlace(places))];
  if (replaced.length > 0 && !options.force) {
    throw new BackupError(`There is data already: ${replaced.join(', ')}. "--force" puts the backup in its place.`);
  }
  const movedTo = moveAside(places, options.now);
  for (const { path } of manifest.files) {
    if (path.startsWith('databases/')) continue;
    const target = join(places.dataFolder, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    copyFileSync(join(folder, path), target);
  }
  if (places.databases.kind === 'sqlite') restoreFiles(places.databases.files, folder);
  else for (const [index, server] of places.databases.servers.entries()) await restoreServer(server, folder, index);
  return { manifest, movedTo };
}

/** @throws BackupError when a process has one of the files open. */
function filesInPlace({ databases, dataFolder }: Places): string[] {
  const files = databases.kind === 'sqlite' ? databases.files.filter((file) => existsSync(file)) : [];
  const used = files.filter(isInUse);
  if (used.length > 0) {
    throw new BackupError(
      `The system runs: ${used.map((file) => basename(file)).join(', ')} is in use. Stop it first.`,
    );
  }
  const folders = savedFolders.map((name) => join(dataFolder, name));
  return [...files, ...folders.filter((path) => existsSync(path) && readdirSync(path).length > 0)];
}

/** @throws BackupError when somebody is connected to one of the databases. */
async function databasesInPlace({ databases }: Places): Promise<string[]> {
  if (databases.kind === 'sqlite') return [];
  const found: string[] = [];
  for (const server of databases.servers) {
    const { users, filled } = await onServer(server, async (query) => ({
      users: await query('SELECT DISTINCT db AS name FROM information_schema.processlist WHERE db IN (?)'),
      filled: await query(
        'SELECT DISTINCT table_schema AS name FROM information_schema.tables WHERE table_schema IN (?)',
      ),
    }));
    if (users.length > 0) {
      throw new BackupError(`The system runs: somebody is connected to ${users.join(', ')}. Stop it first.`);
    }
    found.push(...filled);
  }
  return found;
}

function moveAside({ databases, dataFolder }: Places, now: Date): string | undefined {
  const files = databases.kind === 'sqlite' ? databases.files : [];
  const paths = [
    ...files.flatMap((file) => [file, `${file}-wal`, `${file}-shm`]),
    ...savedFolders.map((name) => join(dataFolder, name)),
  ];
  const present = paths.filter((path) => existsSync(path));
  if (present.length === 0) return undefined;
  const aside = join(dataFolder, `replaced-${now.toISOString().replaceAll(':', '-')}`);
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const path of present) renameSync(path, join(aside, basename(path)));
  return aside;
}

function restoreFiles(files: readonly string[], folder: string): void {
  for (const file of files) {
    const draft = `${file}.restoring`;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    copyFileSync(join(folder, 'databases', basename(file)), draft);
    try {
      assertSound(draft);
    } catch (error) {
      rmSync(draft);
      throw error;
    }
    renameSync(draft, file);
  }
}

async function restoreServer(server: DatabaseServer, folder: string, index: number): Promise<void> {
  await onServer(server, async (_query, execute) => {
    for (const name of server.databases) await execute(`DROP DATABASE IF EXISTS \`${name}\``);
  });
  await loadDump(server, join(folder, dumpFile(index)));
  await onServer(server, async (query, execute) => {
    for (const name of server.databases) {
      const tables = await query('SELECT table_name AS name FROM information_schema.tables WHERE table_schema IN (?)', [
        name,
      ]);
      if (tables.length === 0) throw new BackupError(`The backup did not hold a database ${name}.`);
      const list = tables.map((table) => `\`${name}\`.\`${table}\``).join(', ');
      const checked = await execute(`CHECK TABLE ${list}`);
      const damaged = checked.filter(
        (row) => row.Msg_type === 'error' || (row.Msg_type === 'status' && row.Msg_text !== 'OK'),
      );
      if (damaged.length > 0) throw new BackupError(`Tables are damaged: ${JSON.stringify(damaged)}`);
    }
  });
}

type Query = (sql: string, names?: readonly string[]) => Promise<string[]>;
type Execute = (sql: string) => Promise<Record<string, unknown>[]>;

/** Asks a server about its databases, over a connection to none of them. */
async function onServer<T>(server: DatabaseServer, work: (query: Query, execute: Execute) => Promise<T>): Promise<T> {
  const url = new URL('/information_schema', server.url);
  url.username = server.url.username;
  url.password = server.url.password;
  const log = createLogger({ service: 'restore', level: 'warn' });
  const database = await openDatabase({ dialect: 'mysql', url: url.href, poolSize: 1 }, log);
  const execute: Execute = async (sql) => {
    const [rows] = await database.sequelize.query(sql);
    // A statement without rows, such as DROP, answers with a summary.
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
  };
  try {
    return await work(async (sql, names = server.databases) => {
      const rows = await database.sequelize.query<{ name: string }>(sql, {
        replacements: [[...names]],
        type: QueryTypes.SELECT,
      });
      return rows.map(({ name }) => name);
    }, execute);
  } finally {
    await database.close();
  }
}
