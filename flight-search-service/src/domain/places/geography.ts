/** A place on the globe: degrees, north and east positive. */
export type Position = { readonly latitude: number; readonly longitude: number };

/** Where an airport is, and by which clocks it lives (an IANA name). */
export type AirportPlace = Position & { readonly timeZone: string };

/** Mean radius of the Earth (IUGG). */
const earthRadiusKm = 6_371.0088;

/** International mile. */
const kmPerMile = 1.609344;

const radiansPerDegree = Math.PI / 180;

/** Great-circle distance in kilometres (haversine on a sphere: within 0.5 % of the ellipsoid). */
export function distanceKm(one: Position, other: Position): number {
  const chord =
    halfSine(other.latitude - one.latitude) ** 2 +
    cosine(one.latitude) * cosine(other.latitude) * halfSine(other.longitude - one.longitude) ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Kilometres in statute miles, which American schedules count in. */
export function milesOf(km: number): number {
  return km / kmPerMile;
}

/**
 * How far east (1) or west (-1) the shorter way between two places leads, seen from half way between their latitudes;
 * 0 is due north or south. The shorter way may cross the date line.
 */
export function eastwardShare(origin: Position, destination: Position): number {
  const eastDegrees = shortestDegrees(destination.longitude - origin.longitude);
  const east = eastDegrees * cosine((origin.latitude + destination.latitude) / 2);
  const north = destination.latitude - origin.latitude;
  const length = Math.hypot(east, north);
  return length === 0 ? 0 : east / length;
}

/** The same turn as a number of degrees from -180 up to 180. */
function shortestDegrees(degrees: number): number {
  return degrees - 360 * Math.round(degrees / 360);
}

function halfSine(degrees: number): number {
  return Math.sin((degrees * radiansPerDegree) / 2);
}

function cosine(degrees: number): number {
  return Math.cos(degrees * radiansPerDegree);
}
