import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join, relative } from 'node:path';

const projectFolder = join(import.meta.dirname, '..');

/** Keeps what was measured, with what one must know of the machine to compare it. Returns the file, below the project. */
export function recordResults(name: string, report: object): string {
  const folder = join(projectFolder, 'bench/results');
  const file = join(folder, `${name}.json`);
  const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version };
  const measured = { at: new Date().toISOString(), commit: commitOfProject(), machine, ...report };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
  return relative(projectFolder, file);
}

/** With `-dirty` when the files are not those of the commit. */
function commitOfProject(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: projectFolder, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown: not a git checkout';
  }
}
