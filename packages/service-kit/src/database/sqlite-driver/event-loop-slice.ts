/**
 * `node:sqlite` answers at once and promises chain as microtasks, so a long run of statements would keep timers and
 * sockets waiting until its end. After this many milliseconds of one turn of the event loop the next answer goes
 * through the loop, which costs a few microseconds.
 */
const sliceMs = 2;

let sliceStartedAtMs: number | null = null;
const settled = Promise.resolve();

/** Runs the task after the current code: as a microtask, or in the loop's next turn when this turn has run long. */
export function runSoon(task: () => void): void {
  if (hasTimeLeft()) {
    settled.then(task);
  } else {
    setImmediate(task);
  }
}

function hasTimeLeft(): boolean {
  const nowMs = performance.now();
  if (sliceStartedAtMs === null) {
    sliceStartedAtMs = nowMs;
    setImmediate(endSlice);
  }
  return nowMs - sliceStartedAtMs < sliceMs;
}

function endSlice(): void {
  sliceStartedAtMs = null;
}
