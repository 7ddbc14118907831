import { wait } from '@jetbridge/service-kit/time/wait.ts';
import { hourMs } from './sample-bookings.ts';

/** Longer than what a test counts within an hour takes, also on a busy machine. */
const marginMs = 15_000;

/** Waits for the next hour where the present one is nearly over, so that a test sees one hour alone. */
export async function awayFromTheHour(): Promise<void> {
  const leftMs = hourMs - (Date.now() % hourMs);
  if (leftMs < marginMs) await wait(leftMs + 100);
}
