import { describe, expect, test } from 'vitest';
import { ejectionMs, failuresUntilEjection, isWell, noteAnswer, noteFailure } from './instance.ts';
import { createUpstreams, maximumInFlight } from './upstreams.ts';

function twoInstances() {
  const upstreams = createUpstreams({
    'auth-service': ['http://127.0.0.1:1'],
    'flight-search-service': ['http://127.0.0.1:2', 'http://127.0.0.1:3'],
    'booking-service': ['http://127.0.0.1:4'],
    'reminder-service': ['http://127.0.0.1:5'],
  });
  const [first, second] = upstreams.all.filter((instance) => instance.service === 'flight-search-service');
  if (!first || !second) throw new Error('There are two instances of flight-search-service.');
  return { upstreams, first, second, choose: () => upstreams.choose('flight-search-service') };
}

describe('the instance chosen for a request', () => {
  test('is the one with the fewest requests in flight', () => {
    const { first, second, choose } = twoInstances();
    first.inFlight = 3;
    second.inFlight = 2;
    expect(choose()).toBe(second);
  });

  test('is never one that is down or ejected while another is well, however busy', () => {
    const { first, second, choose } = twoInstances();
    first.isUp = false;
    second.inFlight = 500;
    expect(choose()).toBe(second);
    first.isUp = true;
    first.ejectedUntilMs = Date.now() + 1_000;
    expect(choose()).toBe(second);
  });

  test('is one of the bad ones when none is well', () => {
    const { first, second, choose } = twoInstances();
    first.isUp = false;
    second.isUp = false;
    second.inFlight = 1;
    expect(choose()).toBe(first);
  });

  test('is none that failed at the request before, nor one that is full', () => {
    const { upstreams, first, second } = twoInstances();
    expect(upstreams.choose('flight-search-service', [first])).toBe(second);
    second.inFlight = maximumInFlight;
    expect(upstreams.choose('flight-search-service', [first])).toBeUndefined();
  });
});

describe('an instance that does not answer', () => {
  test('is ejected for a while after five failures in a row, and an answer in between starts the count again', () => {
    const { first } = twoInstances();
    const nowMs = 1_000_000;
    const fail = () => noteFailure(first, { hadConnection: true, nowMs });
    for (let failure = 1; failure < failuresUntilEjection; failure++) fail();
    noteAnswer(first);
    for (let failure = 1; failure < failuresUntilEjection; failure++) fail();
    expect(isWell(first, nowMs)).toBe(true);
    fail();
    expect(isWell(first, nowMs)).toBe(false);
    expect(isWell(first, nowMs + ejectionMs)).toBe(true);
  });

  test('counts as down at once when there was no connection', () => {
    const { first } = twoInstances();
    noteFailure(first, { hadConnection: false, nowMs: 0 });
    expect(first.isUp).toBe(false);
  });
});
