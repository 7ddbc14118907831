import type { Cabin, CabinLayout } from '@jetbridge/contracts/flights/schemas.ts';
import type { Performance } from '../schedule/block-time.ts';

/** A type of airplane of the seed fleet. */
export type AirplaneType = Performance & {
  /** ICAO designator (Doc 8643), or one like it for a denser layout (`A32D`); unique, and what routes refer to. */
  readonly type: string;
  /** Unique, and what the API shows. */
  readonly model: string;
  /** Types of one family may stand in for each other when a flight has more seats than one of them. */
  readonly family: string;
  readonly rangeKm: number;
  readonly cabins: readonly CabinLayout[];
};

/** The seed fleet by type. */
export type Fleet = ReadonlyMap<string, AirplaneType>;

/** What a schedule says about the airplane of a flight; an empty `aircraft` is one it does not name. */
export type AirplaneWish = {
  readonly aircraft: string;
  readonly distanceKm: number;
  readonly seats?: number;
};

/** What schedules write for the types of the fleet: manufacturers' and American registry names. */
const typesByName: readonly (readonly [RegExp, string])[] = [
  [/^(?:CESSNA )?208|^C208|^CNC/, 'C208'],
  [/^ATR[- ]?7|^AT7/, 'AT76'],
  [/^(?:DASH|DHC)[- ]?8|^DH[48]|^Q400/, 'DH8D'],
  [/^CRJ[- ]?[12]|^CL-600-2B/, 'CRJ2'],
  [/^CRJ[- ]?7/, 'CRJ7'],
  [/^CRJ[- ]?9/, 'CRJ9'],
  [/^(?:E|ERJ|EMB)[- ]?17[05]|^E7[05]/, 'E175'],
  [/^(?:E|ERJ|EMB)[- ]?19[05]/, 'E190'],
  [/^A220|^CS[13]00|^BCS|^BD-500/, 'BCS3'],
  [/^(?:B|BOEING )?717/, 'B712'],
  [/^MD-?8|^DC-9-8/, 'MD80'],
  [/^MD-?90/, 'MD90'],
  [/^DC-?9/, 'DC95'],
  [/^A319/, 'A319'],
  [/^A320/, 'A320'],
  [/^A321/, 'A21N'],
  [/^(?:B|BOEING )?737[- ]?(?:8|9|10)?[- ]?MAX|^B3[789]M/, 'B38M'],
  [/^(?:B|BOEING )?737-?[345]/, 'B734'],
  [/^(?:B|BOEING )?737-?[67]/, 'B737'],
  [/^(?:B|BOEING )?737/, 'B738'],
  [/^(?:B|BOEING )?757/, 'B752'],
  [/^(?:B|BOEING )?767-?2/, 'B762'],
  [/^(?:B|BOEING )?767/, 'B763'],
  [/^A330/, 'A333'],
  [/^A350/, 'A359'],
  [/^A380/, 'A388'],
  [/^(?:B|BOEING )?777-?3|^B77W/, 'B77W'],
  [/^(?:B|BOEING )?777/, 'B772'],
  [/^(?:B|BOEING )?787/, 'B789'],
];

/** For an airplane that is not named, or named as none that carries passengers on schedule: the usual one so far. */
const typesByDistance: readonly { upToKm: number; type: string }[] = [
  { upToKm: 600, type: 'E175' },
  { upToKm: 2_500, type: 'A320' },
  { upToKm: 5_500, type: 'A21N' },
  { upToKm: 12_000, type: 'B789' },
  { upToKm: Number.POSITIVE_INFINITY, type: 'A359' },
];

/**
 * The airplane for a flight: the type or model named, else what its name is usually written like, else by distance. When
 * the flight has more seats than that, the smallest of its family that has them, else the smallest of all; undefined
 * when none has them.
 */
export function airplaneFor(wish: AirplaneWish, fleet: Fleet): AirplaneType | undefined {
  const named = namedType(wish.aircraft.trim().toUpperCase(), fleet) ?? typeForDistance(wish.distanceKm, fleet);
  const seats = wish.seats ?? 0;
  if (named === undefined || capacityOf(named) >= seats) {
    return named;
  }
  const large = [...fleet.values()]
    .filter((type) => capacityOf(type) >= seats)
    .sort((one, other) => capacityOf(one) - capacityOf(other));
  return large.find((type) => type.family === named.family) ?? large[0];
}

/** All seats of an airplane. */
export function capacityOf(type: { cabins: readonly CabinLayout[] }): number {
  return type.cabins.reduce((sum, cabin) => sum + cabin.seats, 0);
}

/**
 * Shares seats among the cabins of an airplane in proportion to their size (largest remainder), so that they add up to
 * exactly `seats` and no cabin gets more than it has. A cabin that gets none is left out.
 */
export function shareSeats(type: { cabins: readonly CabinLayout[] }, seats: number): { cabin: Cabin; seats: number }[] {
  const scale = seats / capacityOf(type);
  const shares = type.cabins.map((layout) => ({
    cabin: layout.cabin,
    seats: Math.floor(layout.seats * scale),
    remainder: (layout.seats * scale) % 1,
  }));
  const missing = seats - shares.reduce((sum, share) => sum + share.seats, 0);
  const first = new Set([...shares].sort((one, other) => other.remainder - one.remainder).slice(0, missing));
  return shares
    .map((share) => ({ cabin: share.cabin, seats: share.seats + (first.has(share) ? 1 : 0) }))
    .filter((share) => share.seats > 0);
}

function namedType(name: string, fleet: Fleet): AirplaneType | undefined {
  if (name === '') {
    return undefined;
  }
  const model = [...fleet.values()].find((type) => type.model.toUpperCase() === name);
  return fleet.get(name) ?? model ?? fleet.get(typesByName.find(([pattern]) => pattern.test(name))?.[1] ?? '');
}

function typeForDistance(distanceKm: number, fleet: Fleet): AirplaneType | undefined {
  return fleet.get(typesByDistance.find((band) => distanceKm <= band.upToKm)?.type ?? '');
}
