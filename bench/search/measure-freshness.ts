import { setTimeout as wait } from 'node:timers/promises';
import type { Flight } from '@jetbridge/contracts/flights/schemas.ts';
import { call } from '@jetbridge/testing/call.ts';
import type { ServiceProcess } from '../sales-world/service-process.ts';

/** How long a new price took to be found at another process. */
export type Freshness = { readonly changes: number; readonly medianMs: number; readonly longestMs: number };

/** What is promised of a price that was changed at another process. */
export const freshWithinMs = 1_000;

const changes = 20;
const longestWaitMs = 10_000;

/** Of a look, so that the looks do not keep the process from what they wait for. */
const lookEveryMs = 10;

/**
 * Changes the price of one flight at a process, again and again, and looks for it at another one.
 * @param query of `GET /flights`, which finds some flights.
 */
export async function measureFreshness(
  [first, second]: readonly [ServiceProcess, ServiceProcess],
  query: string,
  token: string,
): Promise<Freshness> {
  const urlOf = ({ port }: ServiceProcess) => `http://127.0.0.1:${port}`;
  const found = await call(urlOf(first), `GET /flights?${query}`);
  const [flight]: Flight[] = found.body.data;
  const [fare] = flight?.fares ?? [];
  if (!flight || !fare) throw new Error(`No flights were found with ${query}.`);
  const tookMs: number[] = [];
  for (let change = 1; change <= changes; change++) {
    const price = { ...fare.price, amount: fare.price.amount + change };
    const body = { fares: [{ cabin: fare.cabin, price }] };
    const { status } = await call(urlOf(first), `PATCH /flights/${flight.id}`, { token, body });
    if (status !== 200) throw new Error(`A change of price was answered ${status}.`);
    tookMs.push(await untilShown(urlOf(second), query, { id: flight.id, price: price.amount }));
  }
  const sorted = tookMs.toSorted((one, other) => one - other);
  return { changes, medianMs: sorted[changes / 2] ?? 0, longestMs: sorted.at(-1) ?? 0 };
}

/** Milliseconds from now until a search shows the price. */
async function untilShown(url: string, query: string, expected: { id: string; price: number }): Promise<number> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < longestWaitMs) {
    const { body } = await call(url, `GET /flights?${query}`);
    const flight: Flight | undefined = body.data.find(({ id }: Flight) => id === expected.id);
    if (flight?.fares.some(({ price }) => price.amount === expected.price)) return performance.now() - startedAt;
    await wait(lookEveryMs);
  }
  return longestWaitMs;
}
