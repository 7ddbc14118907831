import type { Itinerary } from '@jetbridge/contracts/flights/itineraries.ts';
import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import { findPlainTrips, type PlainFlight, toPlainFlight, toPlainSchedule } from './plain-itineraries.ts';
import { createDice } from './questions.ts';
import { movedDay, readScheduleFile } from './schedule-file.ts';
import { openSearchWorld } from './search-world.ts';

export type SearchProofOptions = {
  readonly file: string;
  readonly pairs: number;
  readonly seed: number;
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal;
};

export type SearchProofReport = {
  readonly pairs: number;
  readonly trips: { readonly direct: number; readonly oneStop: number; readonly twoStops: number };
  /** Where the answer was another one than that of trying out everything. */
  readonly differences: readonly string[];
};

/** Asks for itineraries between random airports, and tries out every way there is beside it. */
export async function proveSearch(options: SearchProofOptions): Promise<SearchProofReport> {
  const { say, signal } = options;
  const file = await readScheduleFile(options.file);
  await using stack = new AsyncDisposableStack();
  const world = await openSearchWorld({ file, flights: file.flights.length, say });
  stack.defer(world.stop);
  const service = await world.startService();
  stack.defer(service.stop);
  const get = async <T>(path: string): Promise<{ data: T[]; nextCursor: string | null }> => {
    const answer = await fetch(`http://127.0.0.1:${service.port}${path}`);
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}.`);
    return (await answer.json()) as { data: T[]; nextCursor: string | null };
  };

  const dates = [...new Set(file.flights.map(({ date }) => movedDay(date, world.shiftDays)))].toSorted();
  say('Reading every flight through the API …');
  const flights: PlainFlight[] = [];
  for (const date of dates) {
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { data: Flight[]; nextCursor: string | null } = await get(
        `/flights?date=${date}&limit=200${cursor && `&cursor=${cursor}`}`,
      );
      flights.push(...page.data.flatMap(toPlainFlight));
      cursor = page.nextCursor;
    }
  }
  const schedule = toPlainSchedule(flights);
  const airports = [...new Set(flights.flatMap(({ from, to }) => [from, to]))].toSorted();
  say(`Trying out every way between ${options.pairs} pairs of ${airports.length} airports …`);

  const roll = createDice(options.seed);
  const pick = (values: readonly string[]) => values[roll(values.length)] ?? '';
  const counts = { direct: 0, oneStop: 0, twoStops: 0 };
  const differences: string[] = [];
  let pairs = 0;
  while (pairs < options.pairs && !signal?.aborted) {
    const asked = { origin: pick(airports), destination: pick(airports), date: pick(dates) };
    if (asked.origin === asked.destination) continue;
    pairs += 1;
    const { data } = await get<Itinerary>(`/itineraries?${new URLSearchParams(asked)}&maxStops=2&limit=200`);
    const found = data.map(({ segments }) => segments.map(({ id }) => id).join()).toSorted();
    const plain = findPlainTrips(schedule, asked);
    if (found.join(' ') !== plain.join(' ')) {
      const difference = `${asked.origin}–${asked.destination} on ${asked.date}: ${found.length}, not ${plain.length}`;
      differences.push(difference);
      say(`  ${difference}`);
    }
    for (const { segments } of data) counts[stopsNames[segments.length - 1] ?? 'direct'] += 1;
    if (pairs % 100 === 0) say(`  ${pairs} pairs, ${differences.length} differences`);
  }
  return { pairs, trips: counts, differences };
}

const stopsNames = ['direct', 'oneStop', 'twoStops'] as const;
