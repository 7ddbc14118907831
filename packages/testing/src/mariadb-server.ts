import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { requireProgram } from './binaries.ts';
import { freePort } from './free-port.ts';
import { createDatabase } from './mariadb-databases.ts';
import { type PrivateServer, startPrivateServer } from './private-server.ts';
import { logTail, startServerProcess } from './server-process.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';
import { uniqueName } from './unique-name.ts';

/** A private MariaDB. */
export type MariadbServer = PrivateServer & {
  /** `mysql://root@127.0.0.1:PORT`: the server, without a database. */
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Makes an empty database (utf8mb4, binary collation) and returns its URL. */
  createDatabase(name?: string): Promise<string>;
};

/** What may differ from the server's own defaults. */
export type MariadbOptions = {
  /** 1 (default) keeps what was committed through a power cut, 2 through a crash of the server, 0 through neither. */
  readonly flushLogAtCommit?: 0 | 1 | 2;
  /** Further arguments of mariadbd, like `--lock-wait-timeout=1`. */
  readonly parameters?: readonly string[];
};

/** Starts a MariaDB with a new, empty data folder; takes about a second. */
export async function startMariadb(options: MariadbOptions = {}): Promise<MariadbServer> {
  const { flushLogAtCommit = 1, parameters = [] } = options;
  const program = requireProgram('mariadbd');
  const folder = temporaryFolder('mariadb');
  await initialise(folder);
  const port = await freePort();
  const url = `mysql://root@127.0.0.1:${port}`;
  const server = await startPrivateServer({
    title: 'MariaDB',
    program,
    parameters: [
      '--no-defaults',
      `--datadir=${folder.path}/data`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${folder.path}/s.sock`,
      `--pid-file=${folder.path}/pid`,
      '--skip-name-resolve',
      // Room for two test processes with several services each.
      '--max-connections=1000',
      `--innodb-flush-log-at-trx-commit=${flushLogAtCommit}`,
      ...asRoot(),
      ...parameters,
    ],
    folder,
    probe: async () => {
      const connection = await createConnection({ uri: url, connectTimeout: 1_000 });
      await connection.end();
    },
  });
  return {
    ...server,
    url,
    port,
    folder: folder.path,
    createDatabase: (name = uniqueName('test')) => createDatabase(url, name),
  };
}

async function initialise(folder: TemporaryFolder): Promise<void> {
  const logFile = join(folder.path, 'server.log');
  const installer = await startServerProcess({
    program: requireProgram('mariadb-install-db'),
    parameters: [
      '--no-defaults',
      `--datadir=${folder.path}/data`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      // Otherwise it refuses on machines whose own host name does not resolve.
      '--skip-name-resolve',
      ...asRoot(),
    ],
    folder: folder.path,
    logFile,
  });
  if ((await installer.end()) === 0) return;
  const printed = logTail(logFile);
  folder.remove();
  throw new Error(
    `MariaDB could not be started: its data folder could not be prepared. The log ends with:\n${printed}`,
  );
}

/** mariadbd refuses to run as root unless it is told that this is meant. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}
