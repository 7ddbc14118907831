import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Starts `main.ts` as the process manager does, and waits until it is ready. */
export async function startMain(settings: Record<string, string>) {
  const { child, output } = spawnMain(settings);
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(new Error(`auth-service ended before it was ready:\n${output()}`)));
  });
  return {
    /** Tells it to end, and returns its status. */
    stop: async (): Promise<number | null> => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const [status] = await ended;
      return status;
    },
  };
}

/** Runs `main.ts` until it ends by itself. */
export async function endedMain(settings: Record<string, string>): Promise<{ status: number | null; stderr: string }> {
  const { child, output } = spawnMain(settings);
  const [status] = await once(child, 'close');
  return { status, stderr: output() };
}

function spawnMain(settings: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [main], {
    env: { LOG_LEVEL: 'error', ...settings },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let output = '';
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  return { child, output: () => output };
}

/** Runs another program of this service, such as `audit.ts`, until it ends. */
export async function runOwnProgram(
  file: string,
  parameters: readonly string[],
  settings: Record<string, string>,
): Promise<{ status: number | null; output: string }> {
  const program = fileURLToPath(new URL(`../src/${file}`, import.meta.url));
  const child = spawn(process.execPath, [program, ...parameters], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [status] = await once(child, 'close');
  return { status, output };
}
