import { describe, expect, it } from 'vitest';
import { blockMinutes, plausibleBlockMinutes, usualPerformance } from './block-time.ts';

const kennedy = { latitude: 40.6398, longitude: -73.7789 };
const heathrow = { latitude: 51.4706, longitude: -0.46194 };
const losAngeles = { latitude: 33.9425, longitude: -118.408 };
const boston = { latitude: 42.3643, longitude: -71.0052 };
const wideBody = { cruiseKmh: 860, groundMinutes: 55 };

describe('block times', () => {
  it('are about 7 hours from New York to London and about 8 back, against the wind', () => {
    expect(blockMinutes(kennedy, heathrow, wideBody)).toBe(415);
    expect(blockMinutes(heathrow, kennedy, wideBody)).toBe(480);
  });

  it('are within ten minutes of what American airlines plan across their country', () => {
    expect(Math.abs(blockMinutes(kennedy, losAngeles, usualPerformance) - 373)).toBeLessThanOrEqual(10);
    expect(Math.abs(blockMinutes(losAngeles, kennedy, usualPerformance) - 312)).toBeLessThanOrEqual(10);
  });

  it('are whole steps of five minutes, and longer in slower airplanes', () => {
    const jet = blockMinutes(kennedy, boston, usualPerformance);
    const turboprop = blockMinutes(kennedy, boston, { cruiseKmh: 300, groundMinutes: 12 });
    expect(jet % 5).toBe(0);
    expect(turboprop).toBeGreaterThan(jet);
  });

  it('are the same both ways along a meridian and over the equator', () => {
    const lusaka = { latitude: -15, longitude: 28 };
    const khartoum = { latitude: 15, longitude: 28 };
    expect(blockMinutes(lusaka, khartoum, usualPerformance)).toBe(blockMinutes(khartoum, lusaka, usualPerformance));
    const nairobi = { latitude: -1, longitude: 37 };
    expect(blockMinutes(lusaka, nairobi, usualPerformance)).toBe(blockMinutes(nairobi, lusaka, usualPerformance));
  });
});

describe('plausible block times', () => {
  it('leave out what no airliner does: 1,930 km in an hour, 300 km in nine', () => {
    expect(plausibleBlockMinutes(1_930).min).toBeGreaterThan(60);
    expect(plausibleBlockMinutes(300).max).toBeLessThan(540);
  });

  it('keep hops of a few minutes and the longest flights', () => {
    expect(plausibleBlockMinutes(51).min).toBe(10);
    expect(plausibleBlockMinutes(15_341).min).toBeLessThan(19 * 60);
    expect(plausibleBlockMinutes(15_341).max).toBe(1_440);
  });
});
