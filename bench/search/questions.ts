import { movedDay, type ScheduleFile } from './schedule-file.ts';

/** Questions of each kind, asked in turn. */
const questionsPerKind = 300;

/** Draws the same questions at each run. */
export function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** Queries of `GET /flights` with exactly so many results each: a pair of airports and a day; or an airport and a day where no pair has so many. */
export function flightQueries(file: ScheduleFile, results: number, shiftDays: number): string[] {
  const roll = createDice(results);
  const byPair = Map.groupBy(file.flights, ({ origin, destination, date }) => `${origin} ${destination} ${date}`);
  const pairs = [...byPair].filter(([, flights]) => flights.length === results).map(([pair]) => pair);
  if (pairs.length >= questionsPerKind) {
    return Array.from({ length: questionsPerKind }, () => {
      const [origin, destination, date = ''] = (pairs[roll(pairs.length)] ?? '').split(' ');
      return `origin=${origin}&destination=${destination}&date=${movedDay(date, shiftDays)}&limit=${results}`;
    });
  }
  const byOrigin = Map.groupBy(file.flights, ({ origin, date }) => `${origin} ${date}`);
  const origins = [...byOrigin].filter(([, flights]) => flights.length >= results).map(([origin]) => origin);
  return Array.from({ length: questionsPerKind }, () => {
    const [origin, date = ''] = (origins[roll(origins.length)] ?? '').split(' ');
    return `origin=${origin}&date=${movedDay(date, shiftDays)}&limit=${results}`;
  });
}

/** Queries of `GET /itineraries` between airports drawn by their traffic, as travellers would ask. */
export function itineraryQueries(file: ScheduleFile, shiftDays: number): string[] {
  const roll = createDice(2);
  const { flights } = file;
  return Array.from({ length: questionsPerKind }, () => {
    const from = flights[roll(flights.length)];
    const to = flights[roll(flights.length)];
    const date = movedDay(from?.date ?? '', shiftDays);
    return `origin=${from?.origin}&destination=${to?.destination}&date=${date}&maxStops=2`;
  });
}
