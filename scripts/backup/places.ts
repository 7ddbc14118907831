import { join, resolve } from 'node:path';
import { readCommonSettings } from '@jetbridge/service-kit/config/profile.ts';
import type { Environment } from '@jetbridge/service-kit/config/settings.ts';
import { readAllDatabaseSettings } from '../database-settings.ts';
import { BackupError } from './manifest.ts';
import { type DatabaseServer, groupByServer } from './mysql-programs.ts';

/** Where the system keeps what a backup saves. */
export type Places = {
  readonly dataFolder: string;
  /** Files or servers, one of the two. */
  readonly databases:
    | { readonly kind: 'sqlite'; readonly files: readonly string[] }
    | { readonly kind: 'mysql'; readonly servers: readonly DatabaseServer[] };
};

/** Folders below the data folder that belong to a backup: mails that were written to files, and generated secrets. */
export const savedFolders = ['mail', 'secrets'] as const;

/** @throws SettingsError, or BackupError when some services use SQLite and others do not. */
export function readPlaces(environment: Environment): Places {
  const all = Object.values(readAllDatabaseSettings(environment));
  const files = all.flatMap((one) => (one.dialect === 'sqlite' ? [one.file] : []));
  const urls = all.flatMap((one) => (one.dialect === 'mysql' ? [one.url] : []));
  if (files.length > 0 && urls.length > 0) {
    throw new BackupError(
      'Some services have a database on a server and some do not: set DATABASE_URL, or none of them.',
    );
  }
  const { dataFolder } = readCommonSettings(environment);
  const databases = urls.length > 0 ? { kind: 'mysql', servers: groupByServer(urls) } : { kind: 'sqlite', files };
  return { dataFolder, databases } as Places;
}

/** The folder that the only argument of a program names. */
export function backupFolderOf(positionals: readonly string[], usage: string): string {
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new BackupError(usage);
  return resolve(process.env.INIT_CWD ?? '', folder);
}

/** The name of the dump of the nth server. */
export const dumpFile = (index: number) => join('databases', `server-${index + 1}.sql.gz`);
