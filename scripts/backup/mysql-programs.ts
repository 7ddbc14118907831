import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { BackupError } from './manifest.ts';

/** A server with those of our databases that are on it. */
export type DatabaseServer = { readonly url: URL; readonly databases: readonly string[] };

/** Databases of one server and user go into one dump, which is one moment of all of them. */
export function groupByServer(urls: readonly string[]): DatabaseServer[] {
  const groups = Map.groupBy(
    urls.map((url) => new URL(url)),
    ({ username, host }) => `${username}@${host}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [url] = group;
    return url ? [{ url, databases: group.map(({ pathname }) => decodeURIComponent(pathname.slice(1))) }] : [];
  });
}

/** Dumps a server's databases as they are at one moment, while they are in use, into a packed file. */
export async function dumpDatabases(server: DatabaseServer, file: string): Promise<void> {
  const program = await findProgram('mariadb-dump', 'mysqldump');
  const own = program.isMariadb ? [] : ['--set-gtid-purged=OFF', '--column-statistics=0'];
  const options = ['--single-transaction', '--quick', '--hex-blob', '--no-tablespaces', ...own];
  const dump = start(program.name, [...connection(server.url), ...options, '--databases', ...server.databases], server);
  dump.stdin.end();
  const complaint = text(dump.stderr);
  const packed = pipeline(dump.stdout, createGzip(), createWriteStream(file, { mode: 0o600, flush: true }));
  await Promise.all([packed, ended(dump, program.name, complaint)]);
}

/** Runs a packed dump. What it does not name stays as it is. */
export async function loadDump(server: DatabaseServer, file: string): Promise<void> {
  const program = await findProgram('mariadb', 'mysql');
  const client = start(program.name, connection(server.url), server);
  client.stdout.resume();
  const complaint = text(client.stderr);
  // The client's own complaint says more than the pipe it broke.
  const loaded = pipeline(createReadStream(file), createGunzip(), client.stdin).catch(() => {});
  await Promise.all([loaded, ended(client, program.name, complaint)]);
}

const connection = ({ hostname, port, username }: URL): string[] => [
  `--host=${hostname}`,
  `--port=${port || 3306}`,
  `--user=${decodeURIComponent(username)}`,
  '--protocol=tcp',
  '--default-character-set=utf8mb4',
];

/** The password goes by the environment, which other users of the machine can't read; they can read arguments. */
function start(program: string, parameters: readonly string[], { url }: DatabaseServer) {
  const env = { ...process.env, MYSQL_PWD: decodeURIComponent(url.password) };
  return spawn(program, parameters, { env, stdio: ['pipe', 'pipe', 'pipe'] });
}

function ended(child: ReturnType<typeof start>, program: string, complaint: Promise<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', async (code) => {
      if (code === 0) resolve();
      else reject(new BackupError(`${program} ended with ${code}: ${(await complaint).trim()}`));
    });
  });
}

async function findProgram(...names: readonly string[]): Promise<{ name: string; isMariadb: boolean }> {
  for (const name of names) {
    const version = await versionOf(name);
    if (version !== undefined) return { name, isMariadb: /mariadb/i.test(version) };
  }
  throw new BackupError(
    `Neither ${names.join(' nor ')} is installed here (Debian package mariadb-client); it is needed for MySQL and MariaDB.`,
  );
}

async function versionOf(program: string): Promise<string | undefined> {
  const child = spawn(program, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const output = text(child.stdout);
  return new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', async () => resolve(await output));
  });
}
