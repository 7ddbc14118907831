/**
 * What is still to be written when everything that came in at once has been read. Programs that wait for input are woken by
 * the first byte, and waking one costs more than writing to it: what goes out back to back wakes them once for all. Nothing
 * waits longer than this turn of the event loop.
 */
let toServices: (() => void)[] = [];
let toClients: (() => void)[] = [];
let isPlanned = false;

/** Does it at the end of this turn of the event loop; before what is for clients, so that services begin the sooner. */
export function writeToServiceAtEndOfTurn(write: () => void): void {
  toServices.push(write);
  plan();
}

export function writeToClientAtEndOfTurn(write: () => void): void {
  toClients.push(write);
  plan();
}

function plan(): void {
  if (isPlanned) return;
  isPlanned = true;
  setImmediate(writeAll);
}

function writeAll(): void {
  const all = [toServices, toClients];
  toServices = [];
  toClients = [];
  isPlanned = false;
  for (const writes of all) for (const write of writes) write();
}
