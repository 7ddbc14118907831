/**
 * What is still to be written when everything that came in at once has been read. Programs that wait for input are woken by
 * the first byte, and waking one costs more than writing to it: what goes out back to back wakes them once for all. What is
 * added while input is read waits to the end of the same turn of the event loop; what is added at the end of a turn, as by a
 * request that was just counted there, waits to the end of the next.
 */
let toServices: (() => void)[] = [];
let toClients: (() => void)[] = [];
let isPlanned = false;

/** Does it at the next end of a turn of the event loop; before what is for clients, so that services begin the sooner. */
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
