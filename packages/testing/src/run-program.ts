import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Somebody pressed Ctrl-C, or asked this process to end, while a program ran for it. */
export class InterruptedError extends Error {
  constructor(program: string) {
    super(`Interrupted while ${program} was running.`);
    this.name = 'InterruptedError';
  }
}

/**
 * Runs a program in this terminal and returns its exit code. When this process is asked to end meanwhile, it waits for
 * the program's end and throws InterruptedError, so that callers can tidy up. Other errors: the program can't be run.
 */
export async function runProgram(
  program: string,
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const child = spawn(program, parameters, { stdio: 'inherit', env: environment });
  let interrupted = false;
  // The terminal sends Ctrl-C to the program as well; SIGTERM comes to us alone and has to be passed on.
  const onInterrupt = () => {
    interrupted = true;
  };
  const onTerminate = () => {
    interrupted = true;
    child.kill('SIGTERM');
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  try {
    const [code] = await once(child, 'close');
    if (interrupted) throw new InterruptedError(program);
    // No code: a signal ended it, for instance for want of memory.
    return typeof code === 'number' ? code : 1;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onTerminate);
  }
}
