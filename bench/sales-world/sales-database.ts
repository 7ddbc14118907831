import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDatabaseSettings } from '@jetbridge/service-kit/config/profile.ts';
import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { startMariadb } from '@jetbridge/testing/mariadb-server.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';

export const databaseKinds = ['mariadb', 'sqlite'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/** Where sellers keep their books during a run: a private MariaDB, or files. */
export type SalesDatabase = {
  readonly kind: DatabaseKind;
  /** Of the server, to measure its work; nothing where each seller does it itself. */
  readonly pid: number | undefined;
  /** A folder for logs and files, which goes with the database. */
  readonly folder: string;
  /** The environment that puts a seller of this name on books of its own. */
  readonly settingsFor: (seller: string) => Record<string, string>;
  /** The books of a seller, to look into them. */
  readonly open: (seller: string) => Promise<Database>;
  readonly stop: () => Promise<void>;
};

/** As an operator would set up a server for this; at the presets, its check points would be measured more than the sales. */
const serverParameters = ['--innodb-buffer-pool-size=1G', '--innodb-log-file-size=1G'];

/** Starts the database. MariaDB writes its log through to the disk at each commit. */
export async function startSalesDatabase(kind: DatabaseKind): Promise<SalesDatabase> {
  const folder = temporaryFolder('sales');
  const server =
    kind === 'mariadb' ? await startMariadb({ flushLogAtCommit: 1, parameters: serverParameters }) : undefined;

  function settingsFor(seller: string): Record<string, string> {
    const files = { DATA_DIR: join(folder.path, seller) };
    if (!server) return files;
    return { ...files, DATABASE_URL: server.url, BOOKING_DATABASE_URL: `${server.url}/${seller}`, EVENTS: 'feed' };
  }

  return {
    kind,
    pid: server && Number(readFileSync(join(server.folder, 'pid'), 'utf8')),
    folder: folder.path,
    settingsFor,
    open: (seller) => {
      const names = { setting: 'BOOKING_DATABASE_URL', database: 'airline_booking' } as const;
      const settings = readDatabaseSettings(settingsFor(seller), names);
      return openDatabase(settings, createLogger({ service: 'bench', level: 'fatal' }));
    },
    stop: async () => {
      await server?.stop();
      folder.remove();
    },
  };
}
