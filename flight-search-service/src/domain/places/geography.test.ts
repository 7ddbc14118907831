import { describe, expect, it } from 'vitest';
import { distanceKm, eastwardShare, milesOf } from './geography.ts';

const kennedy = { latitude: 40.6398, longitude: -73.7789 };
const heathrow = { latitude: 51.4706, longitude: -0.46194 };
const auckland = { latitude: -37.00806, longitude: 174.79167 };
const honolulu = { latitude: 21.31869, longitude: -157.92243 };

describe('distances', () => {
  it('gives New York to London as the 3,451 miles of the timetables', () => {
    expect(milesOf(distanceKm(kennedy, heathrow))).toBeCloseTo(3_443, -1.5);
    expect(distanceKm(heathrow, kennedy)).toBeCloseTo(distanceKm(kennedy, heathrow), 6);
  });

  it('takes the short way over the date line', () => {
    expect(distanceKm(auckland, honolulu)).toBeGreaterThan(7_000);
    expect(distanceKm(auckland, honolulu)).toBeLessThan(7_200);
    expect(eastwardShare(auckland, honolulu)).toBeGreaterThan(0.3);
    expect(eastwardShare(honolulu, auckland)).toBeLessThan(-0.3);
  });

  it('gives 0 for a place and itself, and half the Earth for its antipode', () => {
    expect(distanceKm(kennedy, kennedy)).toBe(0);
    expect(eastwardShare(kennedy, kennedy)).toBe(0);
    expect(distanceKm({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 180 })).toBeCloseTo(20_015, 0);
  });
});
