import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { longestSimulatedFailureSeconds } from '@jetbridge/contracts/system/status-routes.ts';
import { newId } from '@jetbridge/service-kit/ids.ts';
import { backendServices, type FailureBoard } from './failure-board.ts';

/**
 * A board for the processes of one machine: a folder with a file for each service that fails, which holds when that ends.
 * A file each, so that two who write at the same time don't undo each other's word.
 */
export function createFileBoard(folder: string, nowMs: () => number = Date.now): FailureBoard {
  async function isFailing(name: string): Promise<boolean> {
    const remainingMs = Number(await readFile(join(folder, name), 'utf8')) - nowMs();
    // The clock may have been set back since, or somebody else have written the file.
    if (remainingMs > 0 && remainingMs <= longestSimulatedFailureSeconds * 1_000) return true;
    await rm(join(folder, name), { force: true });
    return false;
  }

  return {
    put: async (service, seconds) => {
      await mkdir(folder, { recursive: true });
      // Whoever reads meanwhile reads the old file or the new one, never half of one.
      const draft = join(folder, `${newId('draft')}.tmp`);
      await writeFile(draft, String(nowMs() + seconds * 1_000));
      await rename(draft, join(folder, service));
    },
    read: async () => {
      const names = new Set(await namesIn(folder));
      const present = backendServices.filter((service) => names.has(service));
      const failing = await Promise.all(present.map((service) => ifThere(isFailing(service))));
      return new Set(present.filter((_, index) => failing[index]));
    },
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await ifThere(readdir(folder))) ?? [];
}

/** Nothing where there is no such file or folder: another process may have removed it since. */
async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
