import type { Trip } from './find-trips.ts';

/** Trips of several legs as one journey, with the values that it is ordered by, the first of them first. */
export type Journey = { readonly trips: readonly Trip[]; readonly rank: readonly [number, number] };

export type JourneySort = 'price' | 'duration' | 'departure';

/** So many trips of each leg are combined with those of others, the best ones first. */
const tripsPerLeg = 50;

/** Combinations that are looked at; only legs that hardly fit together need more than are shown. */
const maximumLooks = 20_000;

const durationOf = ({ departure, arrival }: Trip) => arrival - departure;

/**
 * The best journeys with one trip of each leg, in order. A journey is possible when each trip can follow the one before.
 * The search goes from the best trips of all legs to those one worse in one leg, and so on: nothing is looked at that is
 * worse than what is found, however many combinations there are.
 */
export function combineTrips(
  legs: readonly (readonly Trip[])[],
  options: { sort: JourneySort; canFollow: (before: Trip, next: Trip) => boolean; limit: number },
): Journey[] {
  const { sort, canFollow, limit } = options;
  const sorted = legs.map((trips, leg) => {
    const best = trips.toSorted((one, other) => compareRanks(rankOf([one], sort, leg), rankOf([other], sort, leg)));
    return legs.length === 1 ? best : best.slice(0, tripsPerLeg);
  });
  if (sorted.some((trips) => trips.length === 0)) return [];
  const found: Journey[] = [];
  const waiting = createQueue();
  const known = new Set<string>();

  function consider(places: readonly number[]): void {
    const trips = places.map((place, leg) => sorted[leg]?.[place]);
    if (!trips.every((trip) => trip !== undefined) || known.has(places.join())) return;
    known.add(places.join());
    waiting.add({ places, trips, rank: rankOf(trips, sort) });
  }

  consider(sorted.map(() => 0));
  for (let looks = 0; looks < maximumLooks && found.length < limit; looks++) {
    const next = waiting.takeFirst();
    if (!next) break;
    if (next.trips.every((trip, leg) => leg === 0 || canFollow(next.trips[leg - 1] ?? trip, trip))) {
      found.push({ trips: next.trips, rank: next.rank });
    }
    for (const leg of next.places.keys()) consider(next.places.map((place, at) => (at === leg ? place + 1 : place)));
  }
  return found;
}

/** What trips are ordered by. Raising the place of one trip among those of its leg never lowers it. */
function rankOf(trips: readonly Trip[], sort: JourneySort, leg = 0): [number, number] {
  const price = trips.reduce((sum, trip) => sum + trip.price, 0);
  const duration = trips.reduce((sum, trip) => sum + durationOf(trip), 0);
  if (sort === 'price') return [price, duration];
  if (sort === 'duration') return [duration, price];
  // When a journey begins is up to its first leg alone.
  return [leg === 0 ? (trips[0]?.departure ?? 0) : 0, price];
}

const compareRanks = (one: readonly [number, number], other: readonly [number, number]) =>
  one[0] - other[0] || one[1] - other[1];

type Candidate = Journey & { readonly places: readonly number[] };

function compareCandidates(one: Candidate, other: Candidate): number {
  const byRank = compareRanks(one.rank, other.rank);
  if (byRank !== 0) return byRank;
  const at = one.places.findIndex((place, leg) => place !== other.places[leg]);
  return (one.places[at] ?? 0) - (other.places[at] ?? 0);
}

/** A queue that gives out the best first; it holds a few hundred. */
function createQueue() {
  const candidates: Candidate[] = [];
  return {
    add(candidate: Candidate): void {
      let low = 0;
      let high = candidates.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        const there = candidates[middle];
        if (there && compareCandidates(there, candidate) > 0) low = middle + 1;
        else high = middle;
      }
      candidates.splice(low, 0, candidate);
    },
    takeFirst: () => candidates.pop(),
  };
}
