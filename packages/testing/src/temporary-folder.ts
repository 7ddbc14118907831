import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAfterUs } from './last-will.ts';

/** An empty folder of our own. */
export type TemporaryFolder = { readonly path: string; remove(): void };

/**
 * Makes an empty folder, removed by `remove()` and at the latest when this process has ended. The path stays short: a
 * database's socket below it may have no more than about 100 characters.
 */
export function temporaryFolder(purpose = 'test'): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `jetbridge-${purpose}-`));
  const withdraw = removeAfterUs(path);
  return {
    path,
    remove: () => {
      // A server that was just killed may still be writing its last file: rmSync tries again.
      rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
      withdraw();
    },
  };
}
