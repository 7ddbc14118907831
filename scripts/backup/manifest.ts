import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What a backup holds, as its `manifest.json` says. */
const manifest = z.object({
  format: z.literal(1),
  /** Of the program that made it. */
  version: z.string(),
  createdAt: z.string(),
  databases: z.enum(['sqlite', 'mysql']),
  files: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof manifest>;

/** Something about a backup, or about the place it is to go to, that its user must settle first. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

const manifestFile = 'manifest.json';

/** Describes files of a backup's folder. */
export async function describeFiles(folder: string, paths: readonly string[]): Promise<Manifest['files']> {
  const files: Manifest['files'] = [];
  for (const path of paths) files.push({ path, ...(await measure(join(folder, path))) });
  return files;
}

export function writeManifest(folder: string, contents: Manifest): void {
  writeFileSync(join(folder, manifestFile), `${JSON.stringify(contents, null, 2)}\n`, { mode: 0o600, flush: true });
}

/** Reads a backup's manifest and compares every file with it. @throws BackupError when one is missing or damaged. */
export async function readCheckedManifest(folder: string): Promise<Manifest> {
  const contents = readManifest(folder);
  for (const { path, bytes, sha256 } of contents.files) {
    const file = join(folder, path);
    if (!file.startsWith(join(folder, '/'))) throw new BackupError(`The manifest names a file outside: ${path}`);
    const found = await measure(file).catch(() => undefined);
    if (!found) throw new BackupError(`${path} is missing in the backup.`);
    if (found.sha256 !== sha256 || found.bytes !== bytes) {
      throw new BackupError(`${path} is damaged: it is not the file that was backed up.`);
    }
  }
  return contents;
}

function readManifest(folder: string): Manifest {
  let text: string;
  try {
    text = readFileSync(join(folder, manifestFile), 'utf8');
  } catch {
    throw new BackupError(`${folder} holds no complete backup: ${manifestFile} is missing.`);
  }
  const parsed = manifest.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new BackupError(`${join(folder, manifestFile)} is not a manifest that this version understands.`);
}

async function measure(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
