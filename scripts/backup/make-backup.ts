import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BackupError, describeFiles, type Manifest, writeManifest } from './manifest.ts';
import { dumpDatabases } from './mysql-programs.ts';
import { dumpFile, type Places, savedFolders } from './places.ts';
import { copySqliteFiles } from './sqlite-files.ts';

/**
 * Saves databases, mails and generated secrets into a new folder, while the system runs or not. The folder appears whole
 * or not at all. @throws BackupError
 */
export async function makeBackup(
  places: Places,
  folder: string,
  about: { version: string; now: Date },
): Promise<Manifest> {
  if (existsSync(folder)) throw new BackupError(`${folder} exists already: name a new folder for each backup.`);
  const draft = `${folder}.incomplete`;
  if (existsSync(draft)) throw new BackupError(`${draft} is left from a backup that did not end: delete it first.`);
  mkdirSync(join(draft, 'databases'), { recursive: true, mode: 0o700 });
  try {
    const databases = await saveDatabases(places, draft);
    const others = savedFolders.flatMap((name) => saveFolder(places.dataFolder, draft, name));
    const paths = [...databases, ...others];
    const manifest: Manifest = {
      format: 1,
      version: about.version,
      createdAt: about.now.toISOString(),
      databases: places.databases.kind,
      files: await describeFiles(draft, paths),
    };
    for (const path of paths) flush(join(draft, path));
    writeManifest(draft, manifest);
    renameSync(draft, folder);
    flush(dirname(folder));
    return manifest;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

async function saveDatabases({ databases }: Places, folder: string): Promise<string[]> {
  if (databases.kind === 'mysql') {
    for (const [index, server] of databases.servers.entries()) {
      await dumpDatabases(server, join(folder, dumpFile(index)));
    }
    return databases.servers.map((_, index) => dumpFile(index));
  }
  const missing = databases.files.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new BackupError(`There is no ${missing.join(', ')}: check DATA_DIR.`);
  const paths = databases.files.map((file) => join('databases', basename(file)));
  await copySqliteFiles(databases.files.map((from) => ({ from, to: join(folder, 'databases', basename(from)) })));
  return paths;
}

/** Copies the files of a folder; one that goes meanwhile, such as a mail's draft, is not missed. */
function saveFolder(dataFolder: string, target: string, name: string): string[] {
  const source = join(dataFolder, name);
  if (!existsSync(source)) return [];
  mkdirSync(join(target, name), { mode: 0o700 });
  return readdirSync(source, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      try {
        copyFileSync(join(source, entry.name), join(target, name, entry.name));
        return [join(name, entry.name)];
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
        throw error;
      }
    });
}

/** A backup that a power cut may take away is none. */
function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
