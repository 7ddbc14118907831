import { requestText } from '../raw-http/request-text.ts';
import { runLoad } from '../sales/load.ts';
import type { ServiceProcess } from '../sales-world/service-process.ts';

/** What a program answered during one turn. */
export type Turn = {
  readonly perSecond: number;
  readonly durationsMs: readonly number[];
  readonly wrongAnswers: number;
  readonly cpuSeconds: number;
  /** Of other programs on the machine. */
  readonly othersSeconds: number;
};

export type TurnOptions = {
  readonly clients: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Of the body of a right answer; undefined for any. */
  readonly results: number | undefined;
};

/** Asks questions in turn, over and over, on so many connections with one request in flight each. */
export async function takeTurn(
  { port, pid }: ServiceProcess,
  paths: readonly string[],
  options: TurnOptions,
): Promise<Turn> {
  const requests = paths.map((path) => requestText({ method: 'GET', path }));
  let asked = 0;
  const measured = await runLoad({
    port,
    clients: options.clients,
    orders: {
      next: () => ({ request: requests[asked++ % requests.length] ?? '', flightId: '' }),
      answered: (_order, { status, body }) => status === 200 && isOfSize(body, options.results),
      failed: () => {},
    },
    warmUpMs: options.warmUpSeconds * 1_000,
    measureMs: options.seconds * 1_000,
    pids: { seller: pid },
  });
  return {
    perSecond: measured.durationsMs.length / options.seconds,
    durationsMs: measured.durationsMs,
    wrongAnswers: measured.wrongAnswers,
    cpuSeconds: measured.cpuSeconds.seller,
    othersSeconds: measured.cpuSeconds.others,
  };
}

/** Counting what each result has once is cheaper than parsing the answers of three thousand requests a second. */
function isOfSize(body: Buffer, results: number | undefined): boolean {
  if (results === undefined) return body.subarray(0, 9).toString() === '{"data":[';
  let found = 0;
  for (let at = body.indexOf('"departureTime"'); at >= 0; at = body.indexOf('"departureTime"', at + 1)) found += 1;
  return found === results;
}

/** Of all turns together. */
export function percentile(turns: readonly Turn[], share: number): number {
  const sorted = turns.flatMap(({ durationsMs }) => durationsMs).toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
