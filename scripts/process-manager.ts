import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder of this clone. */
export const projectFolder = dirname(import.meta.dirname);

/**
 * A PM2 of this clone's own, so that stopping it never ends the user's other programs. Its folder is short and named by
 * a hash of the clone's path, because PM2 puts Unix sockets there and their paths may have 107 characters at most.
 */
export const processManagerHome = join(
  homedir(),
  '.jetbridge',
  createHash('sha256').update(projectFolder).digest('hex').slice(0, 8),
);

const pm2Program = createRequire(import.meta.url).resolve('pm2/bin/pm2');

/** Runs a PM2 command and returns what it printed. @throws when it fails, with its output. */
export async function runPm2(...args: string[]): Promise<string> {
  mkdirSync(processManagerHome, { recursive: true });
  const child = spawn(process.execPath, [pm2Program, ...args], {
    cwd: projectFolder,
    env: {
      ...process.env,
      PM2_HOME: processManagerHome,
      PM2_DISABLE_VERSION_CHECK: 'true',
      PM2_CONCURRENT_ACTIONS: '8',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`pm2 ${args.join(' ')} failed with status ${code}:\n${output}`);
  return output;
}

/** A process as PM2 sees it. */
export type ManagedProcess = {
  readonly name: string;
  readonly status: string;
  readonly restarts: number;
  readonly memoryBytes: number;
  readonly errorLog: string;
  readonly outLog: string;
};

/** The processes of this clone. */
export async function listProcesses(): Promise<ManagedProcess[]> {
  const output = await runPm2('jlist', '--silent');
  // PM2 may print a line of its own before the list.
  const listed = JSON.parse(
    output.slice(output.indexOf('[{') === -1 ? output.lastIndexOf('[]') : output.indexOf('[{')),
  );
  return listed.map((entry: Pm2Entry) => ({
    name: entry.name,
    status: entry.pm2_env.status,
    restarts: entry.pm2_env.restart_time,
    memoryBytes: entry.monit.memory,
    errorLog: entry.pm2_env.pm_err_log_path,
    outLog: entry.pm2_env.pm_out_log_path,
  }));
}

type Pm2Entry = {
  name: string;
  pm2_env: { status: string; restart_time: number; pm_err_log_path: string; pm_out_log_path: string };
  monit: { memory: number };
};
