import { setTimeout as wait } from 'node:timers/promises';
import type { BookingKeeper } from './booking-keeper.ts';
import type { Hardships } from './hardships.ts';
import type { NewsDesk } from './news-desk.ts';
import type { PlannedBooking, RunTimes } from './planned-bookings.ts';

const lookEveryMs = 20;
const sayEveryMs = 10_000;

/** How long the broker may take to come back and take what waits. */
const longestTellingMs = 120_000;

/** Lets everything happen to the bookings at its time, and tells of it, while processes and servers are killed. */
export async function runBookings(run: {
  bookings: readonly PlannedBooking[];
  times: RunTimes;
  keeper: BookingKeeper;
  desk: NewsDesk;
  hardships: Hardships;
  progress: () => string;
  say: (sentence: string) => void;
  signal: AbortSignal;
}): Promise<void> {
  const { bookings, times, keeper, desk, hardships, signal } = run;
  const steps = bookings
    .flatMap((booking) => booking.states.map(({ atMs }) => ({ booking, atMs })))
    .toSorted((one, other) => one.atMs - other.atMs);
  const endMs = times.startMs + times.lengthMs;
  const inSeconds = (ms: number) => Math.round(ms / 1_000);
  let next = 0;

  function advanceDue(): void {
    for (let step = steps[next]; step && step.atMs <= Date.now(); step = steps[next]) {
      next += 1;
      desk.tell(step.booking, keeper.advance(step.booking));
    }
  }

  // The confirms of a broker that was killed are waited for a long time, and other things must go on meanwhile.
  let telling: Promise<void> | undefined;
  function tellDue(): void {
    telling ??= desk.runOnce().finally(() => {
      telling = undefined;
    });
  }

  const saying = setInterval(() => {
    const passed = inSeconds(Date.now() - times.startMs);
    run.say(`  ${passed} of ${inSeconds(times.lengthMs)} s, ${next} of ${steps.length} changes, ${run.progress()}`);
  }, sayEveryMs);
  try {
    while (!signal.aborted && Date.now() < endMs + longestTellingMs) {
      if (Date.now() >= endMs && next === steps.length && desk.waiting() === 0) break;
      advanceDue();
      tellDue();
      hardships.runOnce();
      await wait(lookEveryMs);
    }
    await telling;
  } finally {
    clearInterval(saying);
  }
}
