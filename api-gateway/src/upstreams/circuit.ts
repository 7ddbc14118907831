/** So many requests in a row unanswered, and the circuit opens: the instance rests. */
export const failuresUntilOpen = 5;

/** The first rest. Each further one is twice as long as the one before, up to the longest. */
export const firstRestMs = 30_000;
export const longestRestMs = 300_000;

/** A probe of which nothing was heard for so long is taken for lost, and another one sent. */
export const longestProbeMs = 30_000;

/** Who was well for so long begins with the first rest again. */
export const forgetAfterMs = 300_000;

/**
 * What is remembered of how requests to one instance ended.
 * - `closed`: requests go there.
 * - `open`: none does, until its rest is over.
 * - `half_open`: one request, the probe, finds out whether it is well.
 */
export type Circuit = {
  state: 'closed' | 'open' | 'half_open';
  failuresInARow: number;
  openings: number;
  restsUntilMs: number;
  closedAtMs: number;
  /** While it is half open: a probe is under way, and waited for until then. */
  probedUntilMs: number;
};

export function createCircuit(): Circuit {
  return {
    state: 'closed',
    failuresInARow: 0,
    openings: 0,
    restsUntilMs: 0,
    closedAtMs: Number.NEGATIVE_INFINITY,
    probedUntilMs: 0,
  };
}

/** Whether a request may go through: as any other, as the probe, or not at all. */
export function passageThrough(circuit: Circuit, nowMs: number): 'free' | 'probe' | 'none' {
  if (circuit.state === 'closed') return 'free';
  if (nowMs < circuit.restsUntilMs) return 'none';
  return nowMs < circuit.probedUntilMs ? 'none' : 'probe';
}

/** A request goes there although the circuit is not closed: as the probe, or because no other instance is left. */
export function beginProbe(circuit: Circuit, nowMs: number): void {
  circuit.state = 'half_open';
  circuit.probedUntilMs = nowMs + longestProbeMs;
}

/** A request was answered, whatever the answer was. Tells whether this closed the circuit. */
export function noteAnswer(circuit: Circuit, nowMs: number): boolean {
  circuit.failuresInARow = 0;
  // While it rests, an answer belongs to a request from before.
  if (circuit.state !== 'half_open') return false;
  circuit.state = 'closed';
  circuit.probedUntilMs = 0;
  circuit.closedAtMs = nowMs;
  return true;
}

/** A request was not answered. */
export function noteFailure(circuit: Circuit, nowMs: number): void {
  circuit.failuresInARow += 1;
  if (circuit.state === 'open') return;
  if (circuit.state === 'closed' && circuit.failuresInARow < failuresUntilOpen) return;
  open(circuit, nowMs);
}

/** A request ended without telling anything, because its client left: if it was the probe, another one may be sent. */
export function noteNothing(circuit: Circuit): void {
  circuit.probedUntilMs = 0;
}

function open(circuit: Circuit, nowMs: number): void {
  // A probe that was sent for want of other instances may fail within the rest: that is no repetition.
  const restIsOver = nowMs >= circuit.restsUntilMs;
  const wasWellForLong = circuit.state === 'closed' && nowMs - circuit.closedAtMs >= forgetAfterMs;
  if (wasWellForLong) circuit.openings = 0;
  if (restIsOver || circuit.state === 'closed') {
    circuit.restsUntilMs = nowMs + Math.min(longestRestMs, firstRestMs * 2 ** circuit.openings);
    circuit.openings += 1;
  }
  circuit.state = 'open';
  circuit.probedUntilMs = 0;
  circuit.failuresInARow = 0;
}
