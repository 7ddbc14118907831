import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { killAfterUs } from './last-will.ts';

/** A program that runs beside this process and never outlives it. */
export type ServerProcess = {
  hasEnded(): boolean;
  /** Waits for its end; the exit code, null if a signal ended it. */
  end(): Promise<number | null>;
  /** Ends it at once, as a crash would, and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks it to end, and kills it when it has not done so in time. */
  terminate(timeoutMs: number): Promise<void>;
};

/** What to run. */
export type ServerCommand = {
  readonly program: string;
  readonly parameters: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly folder: string;
  /** Takes what the program prints, behind what is already there. */
  readonly logFile: string;
};

const LOG_TAIL_LINES = 40;

/** Starts a program in a process group of its own, so that Ctrl-C in the terminal reaches us and not it. */
export async function startServerProcess(command: ServerCommand): Promise<ServerProcess> {
  const log = openSync(command.logFile, 'a');
  const child = spawn(command.program, command.parameters, {
    cwd: command.folder,
    env: command.environment ?? process.env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command.program} has no process id although it was started.`);
  // A forgotten server does not keep this process from ending, and then dies with it.
  child.unref();
  const withdraw = killAfterUs(pid);
  child.once('exit', withdraw);

  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const end = async (): Promise<number | null> => {
    if (!hasEnded()) {
      child.ref();
      await once(child, 'exit');
    }
    return child.exitCode;
  };
  const endBy = async (signal: NodeJS.Signals): Promise<void> => {
    if (hasEnded()) return;
    const ended = end();
    signalGroup(pid, signal);
    await ended;
  };
  return {
    hasEnded,
    end,
    kill: () => endBy('SIGKILL'),
    terminate: async (timeoutMs) => {
      const impatience = setTimeout(() => signalGroup(pid, 'SIGKILL'), timeoutMs);
      await endBy('SIGTERM').finally(() => clearTimeout(impatience));
    },
  };
}

/** The last lines that a program printed. */
export function logTail(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n') || '(nothing)';
}

function signalGroup(leaderPid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leaderPid, signal);
  } catch (error) {
    // ESRCH: it ended by itself a moment ago, which is what the signal was for.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
