import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { killAfterUs } from '@jetbridge/testing/last-will.ts';
import { logTail } from '@jetbridge/testing/server-process.ts';

const projectFolder = join(import.meta.dirname, '../..');

/** Longer than a stop of a service may take. */
const longestStopMs = 40_000;

/** On a machine that is busy with other programs. */
const longestStartMs = 60_000;
const lookEveryMs = 50;

/** A service of ours as a process of its own, which dies with us. */
export type ServiceProcess = {
  readonly port: number;
  readonly pid: number;
  readonly hasEnded: () => boolean;
  /** Ends it as a crash would, and waits until it is gone. */
  readonly kill: () => Promise<void>;
  /** Lets it end in order. */
  readonly stop: () => Promise<void>;
};

export type ServiceProgram = {
  /** Below the folder of the project: `booking-service/src/main.ts`. */
  readonly script: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Of Node. */
  readonly flags?: readonly string[];
  /** Takes what it prints, behind what is already there. */
  readonly logFile: string;
};

/** Starts a service and waits until it takes requests. @throws Error with the end of its log when it does not. */
export async function startServiceProcess(program: ServiceProgram): Promise<ServiceProcess> {
  const { script, port, environment, logFile, flags = [] } = program;
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [...flags, join(projectFolder, script)], {
    cwd: projectFolder,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', log, log],
    // A process group of its own, so that Ctrl-C in the terminal reaches us and not it.
    detached: true,
  });
  closeSync(log);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${script} has no process id although it was started.`);
  const withdraw = killAfterUs(pid);
  child.once('exit', withdraw);

  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  async function endBy(signal: NodeJS.Signals): Promise<void> {
    if (hasEnded()) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), longestStopMs);
    await ended.finally(() => clearTimeout(impatience));
  }
  const running = { port, pid, hasEnded, kill: () => endBy('SIGKILL'), stop: () => endBy('SIGTERM') };

  for (const deadlineMs = performance.now() + longestStartMs; performance.now() < deadlineMs; ) {
    if (hasEnded()) break;
    if (await isReady(port)) return running;
    await wait(lookEveryMs);
  }
  await running.kill();
  throw new Error(`${script} did not start. Its log ends with:\n${logTail(logFile)}`);
}

async function isReady(port: number): Promise<boolean> {
  try {
    const { ok } = await fetch(`http://127.0.0.1:${port}/ready`, { headers: { Connection: 'close' } });
    return ok;
  } catch {
    // Nobody listens there yet.
    return false;
  }
}
