import { execFile } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../src/import-schedule.ts');

/** How the import ended, and what it printed. */
export type ProgramRun = { readonly exitCode: number; readonly output: string; readonly errors: string };

/** Runs `npm run import` as a process of its own. */
export function runImport(settings: Record<string, string>, parameters: readonly string[]): Promise<ProgramRun> {
  return new Promise((resolve) => {
    const environment = { ...settings, PATH: '/usr/bin:/bin' };
    execFile(process.execPath, [program, ...parameters], { env: environment }, (error, output, errors) => {
      const exitCode = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ exitCode, output, errors });
    });
  });
}
