/**
 * What is still to be written when everything that came in at once has been read. Programs that wait for input are woken by
 * the first byte, and waking one costs more than writing to it: what goes out back to back wakes them once for all. Nothing
 * waits longer than this turn of the event loop.
 */
let waiting: (() => void)[] = [];

/** Does it at the end of this turn of the event loop, behind what was put off before. */
export function atEndOfTurn(write: () => void): void {
  if (waiting.length === 0) setImmediate(writeAll);
  waiting.push(write);
}

function writeAll(): void {
  const all = waiting;
  waiting = [];
  for (const write of all) write();
}
