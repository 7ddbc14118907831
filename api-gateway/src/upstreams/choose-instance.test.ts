import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseInstance, isWell, maximumInFlight, maximumInFlightUnwell, silenceMs } from './choose-instance.ts';
import { failuresUntilOpen, firstRestMs, noteAnswer, noteFailure } from './circuit.ts';
import { noteNobodyThere } from './health.ts';
import { createInstance, type Instance } from './instance.ts';
import { beginSlowStart, slowStartMs } from './slow-start.ts';

const nowMs = 1_000_000;

/** So many, each of which has just answered. */
function instances(count: number): Instance[] {
  return Array.from({ length: count }, (_, index) => {
    const instance = createInstance('auth-service', `http://127.0.0.1:${index + 1}`);
    instance.silentSinceMs = nowMs;
    return instance;
  });
}

function two(): [Instance, Instance] {
  const [first, second] = instances(2);
  if (!first || !second) throw new Error('There are two instances.');
  return [first, second];
}

function open(instance: Instance, atMs = nowMs): void {
  for (let failure = 0; failure < failuresUntilOpen; failure++) noteFailure(instance.circuit, atMs);
}

/** How many of so many requests each got, when each is answered before the next comes. */
function spread(among: readonly Instance[], requests: number, atMs = nowMs): number[] {
  const counts = among.map(() => 0);
  for (let turn = 0; turn < requests; turn++) {
    const chosen = chooseInstance(among, { nowMs: atMs, turn });
    if (chosen) counts[among.indexOf(chosen)] = (counts[among.indexOf(chosen)] ?? 0) + 1;
  }
  return counts;
}

describe('the instance for the next request', () => {
  test('is the one with the fewest requests in flight, and equals take turns', () => {
    const [first, second] = two();
    first.inFlight = 3;
    second.inFlight = 2;
    expect(spread([first, second], 10)).toEqual([0, 10]);
    expect(spread(instances(3), 300)).toEqual([100, 100, 100]);
  });

  test('is rather one that is busier than one that has answered nothing for a while', () => {
    const [first, second] = two();
    first.inFlight = 1;
    second.inFlight = 5;
    second.silentSinceMs = nowMs + 1;
    expect(chooseInstance([first, second], { nowMs: nowMs + silenceMs, turn: 0 })).toBe(first);
    expect(chooseInstance([first, second], { nowMs: nowMs + silenceMs + 1, turn: 0 })).toBe(second);
    first.inFlight = 0;
    expect(chooseInstance([first, second], { nowMs: nowMs + silenceMs + 1, turn: 0 })).toBe(first);
  });

  test('is one of the bad ones when none is well, rather one that rests than one that is down', () => {
    const [first, second] = two();
    noteNobodyThere(first.health);
    open(second);
    expect(chooseInstance([first, second], { nowMs, turn: 0 })).toBe(second);
    noteNobodyThere(second.health);
    second.inFlight = 1;
    expect(chooseInstance([first, second], { nowMs, turn: 1 })).toBe(first);
  });

  test('is none that failed at it before, nor one that is full', () => {
    const [first, second] = two();
    expect(chooseInstance([first, second], { nowMs, turn: 0, failed: [first] })).toBe(second);
    second.inFlight = maximumInFlight;
    expect(chooseInstance([first, second], { nowMs, turn: 0, failed: [first] })).toBeUndefined();
    noteNobodyThere(first.health);
    first.inFlight = maximumInFlightUnwell;
    expect(chooseInstance([first], { nowMs, turn: 0 })).toBeUndefined();
  });

  test('is one after its rest for one single request, and for its share of all when that was answered', () => {
    const [first, second] = two();
    open(second);
    const afterRestMs = nowMs + firstRestMs;
    expect(spread([first, second], 100, afterRestMs)).toEqual([99, 1]);
    noteAnswer(second.circuit, afterRestMs);
    expect(spread([first, second], 100, afterRestMs)).toEqual([50, 50]);
  });
});

describe('an instance that came back', () => {
  test('has a share that grows over ten seconds', () => {
    const shares = [0, 1_500, 3_000, 4_500, slowStartMs].map((elapsedMs) => {
      const among = two();
      beginSlowStart(among[1].slowStart, nowMs);
      return spread(among, 1_000, nowMs + elapsedMs)[1] ?? 0;
    });
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
    expect(shares[0]).toBeGreaterThan(50);
    expect(shares[0]).toBeLessThanOrEqual(100);
    expect(shares.at(-1)).toBe(500);
    expect(new Set(shares).size).toBe(5);
  });

  test('has all requests when it is the only one that is well', () => {
    const [first, second] = two();
    noteNobodyThere(first.health);
    beginSlowStart(second.slowStart, nowMs);
    expect(spread([first, second], 50)).toEqual([0, 50]);
  });
});

/** What can happen to an instance between two choices. */
const happenings = {
  fall: ({ health }: Instance) => noteNobodyThere(health),
  rise: (instance: Instance, atMs: number) => {
    instance.health.isUp = true;
    beginSlowStart(instance.slowStart, atMs);
  },
  fail: ({ circuit }: Instance, atMs: number) => noteFailure(circuit, atMs),
  answer: ({ circuit }: Instance, atMs: number) => void noteAnswer(circuit, atMs),
  load: (instance: Instance) => {
    instance.inFlight += 7;
  },
};

test('whatever happens: while one is well none gets a request that is down or rests, and somebody always gets it', () => {
  const happening = fc.record({
    place: fc.nat(3),
    kind: fc.constantFrom(...(Object.keys(happenings) as (keyof typeof happenings)[])),
    passedMs: fc.integer({ min: 0, max: 40_000 }),
  });
  let choicesWithBadOnes = 0;
  fc.assert(
    fc.property(fc.array(happening, { minLength: 1, maxLength: 200, size: 'max' }), (history) => {
      const among = instances(4);
      let atMs = nowMs;
      for (const [turn, { place, kind, passedMs }] of history.entries()) {
        atMs += passedMs;
        const instance = among[place];
        if (instance) happenings[kind](instance, atMs);
        const wereWell = among.filter(isWell);
        const wereBad = among.filter(
          ({ health, circuit }) => !health.isUp || (circuit.state === 'open' && atMs < circuit.restsUntilMs),
        );
        const chosen = chooseInstance(among, { nowMs: atMs, turn });
        if (!chosen) return false;
        if (wereWell.length > 0 && wereBad.length > 0) choicesWithBadOnes += 1;
        if (wereWell.length > 0 && wereBad.includes(chosen)) return false;
      }
      return true;
    }),
    { numRuns: 300 },
  );
  expect(choicesWithBadOnes).toBeGreaterThan(1_000);
});
