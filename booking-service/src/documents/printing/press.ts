import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as timeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import type { PrintingAnswer } from './messages.ts';

/** A process that prints tickets, one at a time. */
export type Press = {
  /** @throws PressBroken, or what the printing process threw at this ticket. */
  readonly print: (booking: BookingRecord) => Promise<Buffer>;
  /** Whether it prints no more. */
  readonly isBroken: () => boolean;
  /** Lets it go; ends when the process has ended, and all its memory with it. */
  readonly end: () => Promise<void>;
};

/** The process ended, or took too long and was ended, before the ticket was printed. */
export class PressBroken extends Error {
  override readonly name = 'PressBroken';
}

const program = fileURLToPath(new URL('./print-tickets.ts', import.meta.url));

/** It keeps 30 MB; one that grows to this has a fault, and ends before the memory of the machine does. */
const heapLimits = ['--max-old-space-size=192', '--max-semi-space-size=4'];

/**
 * Starts a printing process.
 * @param longestPrintMs what a ticket may take; the process that takes longer is ended.
 */
export function startPress(longestPrintMs: number): Press {
  const child = fork(program, {
    execArgv: heapLimits,
    // It sets names that strangers typed in, and needs none of our secrets for that.
    env: {},
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Bytes stay bytes on their way.
    serialization: 'advanced',
  });
  let isBroken = false;
  const breakDown = () => {
    isBroken = true;
    child.kill('SIGKILL');
  };
  // Not `close`, which does not come after `disconnect` (Node 24).
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      isBroken = true;
      resolve();
    });
    child.on('error', () => {
      breakDown();
      // It could not be started.
      if (child.pid === undefined) resolve();
    });
  });

  return {
    isBroken: () => isBroken,
    async print(booking) {
      try {
        const answer = await askFor(booking, child, longestPrintMs);
        if ('error' in answer) throw answer.error;
        return Buffer.from(answer.pdf);
      } catch (error) {
        if (error instanceof PressBroken) breakDown();
        throw error;
      }
    },
    async end() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** Sends a booking and waits for the answer, the end of the process, or the end of patience. */
async function askFor(booking: BookingRecord, child: ChildProcess, longestPrintMs: number): Promise<PrintingAnswer> {
  const settled = new AbortController();
  const { signal } = settled;
  const broken = (reason: string, cause?: unknown) => new PressBroken(`The printing process ${reason}`, { cause });
  const answered = once(child, 'message', { signal }).catch((error: unknown) => {
    throw broken('cannot be reached', error);
  });
  const gone = once(child, 'exit', { signal }).then(([code, killedBy]) => {
    throw broken(`ended with ${code ?? killedBy}`);
  });
  const tooLate = timeout(longestPrintMs, undefined, { signal }).then(() => {
    throw broken(`took longer than ${longestPrintMs} ms`);
  });
  try {
    child.send(booking);
    const [answer] = await Promise.race([answered, gone, tooLate]);
    return answer;
  } finally {
    settled.abort();
  }
}
