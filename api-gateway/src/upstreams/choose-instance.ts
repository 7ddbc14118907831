import { beginProbe, passageThrough } from './circuit.ts';
import type { Instance } from './instance.ts';
import { spendCredit, takesPart } from './slow-start.ts';

/**
 * The most requests one instance has from this process; above, a client hears 503. High, because a request whose body
 * comes slowly is one of them, and costs next to nothing.
 */
export const maximumInFlight = 10_000;

/** Of an instance that is not well and is tried for want of another: it may let each of them wait until its time is over. */
export const maximumInFlightUnwell = 1_000;

/**
 * Who has requests and answered none for so long may be standing still; whoever answers meanwhile gets the next ones. It
 * takes seconds to find out for certain, and to be wrong costs nothing.
 */
export const silenceMs = 200;

/** The lower, the better; two that are equal are compared by their requests in flight. */
const rank = {
  well: 0,
  /** Well as far as is known, but silent, or come back so lately that others should have this one. */
  doubted: 1,
  /** Its circuit is open. */
  resting: 2,
  down: 3,
} as const;

type Rank = (typeof rank)[keyof typeof rank];

/**
 * The instance that shall have the next request: of those that are well, the one with the fewest requests in flight, and of
 * equals each in turn. When none is well the others are tried, because who is alone must not be shut out by its bad
 * record. Nothing when all are full, or failed at this request before.
 * @param options.turn a number that grows by one with each choice.
 */
export function chooseInstance(
  instances: readonly Instance[],
  options: { nowMs: number; turn: number; failed?: readonly Instance[] | undefined },
): Instance | undefined {
  const { nowMs, turn, failed } = options;
  let chosen: Instance | undefined;
  let chosenRank: Rank = rank.down;
  for (let place = 0; place < instances.length; place++) {
    const instance = instances[(turn + place) % instances.length];
    if (!instance || failed?.includes(instance)) continue;
    const itsRank = rankOf(instance, nowMs);
    const limit = itsRank >= rank.resting ? maximumInFlightUnwell : maximumInFlight;
    if (instance.inFlight >= limit) continue;
    if (chosen && (itsRank > chosenRank || (itsRank === chosenRank && instance.inFlight >= chosen.inFlight))) continue;
    chosen = instance;
    chosenRank = itsRank;
  }
  if (!chosen) return undefined;
  spendCredit(chosen.slowStart);
  if (chosen.circuit.state !== 'closed') beginProbe(chosen.circuit, nowMs);
  return chosen;
}

/** Whether requests go to it as long as they have a choice. */
export function isWell({ health, circuit }: Instance): boolean {
  return health.isUp && circuit.state === 'closed';
}

function rankOf(instance: Instance, nowMs: number): Rank {
  const { health, circuit, slowStart } = instance;
  if (!health.isUp) return rank.down;
  const passage = passageThrough(circuit, nowMs);
  if (passage === 'none') return rank.resting;
  // The probe must be sent by somebody.
  if (passage === 'probe') return rank.well;
  if (instance.inFlight > 0 && nowMs - instance.silentSinceMs > silenceMs) return rank.doubted;
  return takesPart(slowStart, nowMs) ? rank.well : rank.doubted;
}
