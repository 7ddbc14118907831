import { describe, expect, test } from 'vitest';
import {
  beginProbe,
  type Circuit,
  createCircuit,
  failuresUntilOpen,
  firstRestMs,
  forgetAfterMs,
  longestProbeMs,
  longestRestMs,
  noteAnswer,
  noteFailure,
  noteNothing,
  passageThrough,
} from './circuit.ts';

const startMs = 1_000_000;

function failUntilOpen(circuit: Circuit, nowMs: number): void {
  for (let failure = 0; failure < failuresUntilOpen; failure++) noteFailure(circuit, nowMs);
}

function opened(nowMs = startMs): Circuit {
  const circuit = createCircuit();
  failUntilOpen(circuit, nowMs);
  return circuit;
}

describe('a closed circuit', () => {
  test('opens after five failures in a row, and an answer in between starts the count again', () => {
    const circuit = createCircuit();
    for (let failure = 1; failure < failuresUntilOpen; failure++) noteFailure(circuit, startMs);
    expect(noteAnswer(circuit, startMs)).toBe(false);
    for (let failure = 1; failure < failuresUntilOpen; failure++) noteFailure(circuit, startMs);
    expect(passageThrough(circuit, startMs)).toBe('free');
    noteFailure(circuit, startMs);
    expect(passageThrough(circuit, startMs)).toBe('none');
  });
});

describe('an open circuit', () => {
  test('lets nothing through until its rest is over, whatever comes back of what was sent before', () => {
    const circuit = opened();
    expect(noteAnswer(circuit, startMs + 1)).toBe(false);
    expect(passageThrough(circuit, startMs + firstRestMs - 1)).toBe('none');
    expect(passageThrough(circuit, startMs + firstRestMs)).toBe('probe');
  });

  test('is not kept open longer by failures of what was sent before', () => {
    const circuit = opened();
    failUntilOpen(circuit, startMs + firstRestMs - 1);
    expect(passageThrough(circuit, startMs + firstRestMs)).toBe('probe');
  });
});

describe('a probe', () => {
  const afterRestMs = startMs + firstRestMs;

  test('is one request at a time, and its answer closes the circuit', () => {
    const circuit = opened();
    beginProbe(circuit, afterRestMs);
    expect(passageThrough(circuit, afterRestMs)).toBe('none');
    expect(noteAnswer(circuit, afterRestMs)).toBe(true);
    expect(passageThrough(circuit, afterRestMs)).toBe('free');
  });

  test('that fails opens the circuit again, each time for twice as long, up to the longest rest', () => {
    const circuit = opened();
    let nowMs = startMs;
    const rests: number[] = [];
    for (let repetition = 0; repetition < 6; repetition++) {
      const rest = [1, 2, 4, 8, 16]
        .map((times) => times * firstRestMs)
        .find((ms) => passageThrough(circuit, nowMs + ms) === 'probe');
      const restMs = Math.min(rest ?? longestRestMs, longestRestMs);
      rests.push(restMs);
      nowMs += restMs;
      expect(passageThrough(circuit, nowMs - 1)).toBe('none');
      beginProbe(circuit, nowMs);
      noteFailure(circuit, nowMs);
    }
    expect(rests).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
  });

  test('that nobody waited for makes room for another, and so does one that was lost', () => {
    const left = opened();
    beginProbe(left, afterRestMs);
    noteNothing(left);
    expect(passageThrough(left, afterRestMs)).toBe('probe');
    const lost = opened();
    beginProbe(lost, afterRestMs);
    expect(passageThrough(lost, afterRestMs + longestProbeMs - 1)).toBe('none');
    expect(passageThrough(lost, afterRestMs + longestProbeMs)).toBe('probe');
  });

  test('sent within the rest, for want of others, can close the circuit but not lengthen the rest', () => {
    const circuit = opened();
    beginProbe(circuit, startMs + 1);
    noteFailure(circuit, startMs + 2);
    expect(passageThrough(circuit, startMs + firstRestMs)).toBe('probe');
    const answered = opened();
    beginProbe(answered, startMs + 1);
    expect(noteAnswer(answered, startMs + 2)).toBe(true);
    expect(passageThrough(answered, startMs + 2)).toBe('free');
  });
});

test('who opens again soon rests longer; who was well for long rests as the first time', () => {
  const soon = opened();
  const closedAtMs = startMs + firstRestMs;
  beginProbe(soon, closedAtMs);
  noteAnswer(soon, closedAtMs);
  failUntilOpen(soon, closedAtMs + forgetAfterMs - 1);
  expect(soon.restsUntilMs - (closedAtMs + forgetAfterMs - 1)).toBe(2 * firstRestMs);
  const late = opened();
  beginProbe(late, closedAtMs);
  noteAnswer(late, closedAtMs);
  failUntilOpen(late, closedAtMs + forgetAfterMs);
  expect(late.restsUntilMs - (closedAtMs + forgetAfterMs)).toBe(firstRestMs);
});
