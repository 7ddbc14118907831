import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The ids of all processes that work in a folder or whose command line or environment names it. Linux only. */
export function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid && describe(pid).includes(folder));
}

function describe(pid: number): string {
  try {
    // Redis overwrites its command line and environment, so that only its working folder gives it away.
    const [command, environment] = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
    return `${readlinkSync(`/proc/${pid}/cwd`)} ${command} ${environment}`;
  } catch {
    // It ended meanwhile, or belongs to another user and so not to us.
    return '';
  }
}
