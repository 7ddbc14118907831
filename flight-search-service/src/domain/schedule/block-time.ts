import { distanceKm, eastwardShare, type Position } from '../places/geography.ts';

/** What of an airplane decides how long it flies. */
export type Performance = {
  /** Speed through the air, gate to gate. */
  readonly cruiseKmh: number;
  /** Taxiing, climbing and landing beyond what the distance takes. */
  readonly groundMinutes: number;
};

/**
 * Fitted to 163,267 flights of ten American airlines (December): minutes = 36 + km / 783 km/h over all directions, 875
 * km/h eastward and 719 km/h westward.
 */
export const usualPerformance: Performance = { cruiseKmh: 797, groundMinutes: 37 };

/** What the westerlies add eastward and take westward from an airplane of `usualPerformance`. */
const westerliesKmh = 70;

/** Timetables are written in steps of five minutes. */
const stepMinutes = 5;

/** Faster than any airliner over the ground, jet stream included (the subsonic record is about 1,300 for moments). */
const fastestKmh = 1_200;

/** A flight this much longer than usual is a mistake in its times, its day or its zone. */
const slowest = { factor: 3, extraMinutes: 120 } as const;

/** The contract's limits for a flight of any length. */
const anyFlightMinutes = { min: 10, max: 1_440 } as const;

/**
 * Expected minutes from gate to gate, in steps of five: `groundMinutes` + distance / (`cruiseKmh` + wind). The wind is
 * the westerlies' share along the way, full between 25 and 60 degrees of mean latitude and none below 10 or above 75.
 */
export function blockMinutes(origin: Position, destination: Position, performance: Performance): number {
  const meanLatitude = Math.abs(origin.latitude + destination.latitude) / 2;
  const wind =
    westerliesKmh *
    (performance.cruiseKmh / usualPerformance.cruiseKmh) *
    westerliesShare(meanLatitude) *
    eastwardShare(origin, destination);
  const airMinutes = (distanceKm(origin, destination) / (performance.cruiseKmh + wind)) * 60;
  const minutes = Math.ceil((performance.groundMinutes + airMinutes) / stepMinutes) * stepMinutes;
  return Math.max(minutes, anyFlightMinutes.min);
}

/**
 * The shortest and longest block time that can be true for a distance: at most 1,200 km/h over the great circle, at most
 * three times the usual time and two hours more, and 10 minutes to 24 hours in any case.
 */
export function plausibleBlockMinutes(km: number): { min: number; max: number } {
  const usualMinutes = usualPerformance.groundMinutes + (km / usualPerformance.cruiseKmh) * 60;
  return {
    min: Math.max(anyFlightMinutes.min, (km / fastestKmh) * 60),
    max: Math.min(anyFlightMinutes.max, usualMinutes * slowest.factor + slowest.extraMinutes),
  };
}

function westerliesShare(meanLatitude: number): number {
  const rising = (meanLatitude - 10) / 15;
  const falling = (75 - meanLatitude) / 15;
  return Math.max(0, Math.min(1, rising, falling));
}
