import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { type ServerProcess, startServerProcess } from '@jetbridge/testing/server-process.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// A scraper gives up too: what a killed worker was just being handed over is lost with it, and no client of it hears.
const longestScrapeMs = 2_500;

describe('the metrics of a service with two workers', () => {
  const folder = temporaryFolder('metrics');
  let program: ServerProcess;
  let url: string;
  let metricsUrl: string;

  beforeAll(async () => {
    const [port, metricsPort] = [await freePort(), await freePort()];
    url = `http://127.0.0.1:${port}`;
    metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
    program = await startServerProcess({
      program: process.execPath,
      parameters: [join(import.meta.dirname, 'fixtures/metrics-workers.ts')],
      environment: { ...process.env, PORT: String(port), METRICS_PORT: String(metricsPort), DATA_DIR: folder.path },
      folder: import.meta.dirname,
      logFile: join(folder.path, 'log'),
    });
    await eventually(async () => expect((await readMetrics()).workers).toBe(2));
  });
  afterAll(async () => {
    await program?.terminate(5_000);
    folder.remove();
  });

  async function readMetrics() {
    const res = await fetch(metricsUrl, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(longestScrapeMs),
    });
    const text = await res.text();
    const numberAt = (start: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(start))
          ?.split(' ')[1],
      );
    const things = 'method="GET",route="/things/:id",status="2xx",service="booking-service"}';
    return {
      text,
      requests: numberAt(`http_requests_total{${things}`),
      timed: numberAt(`http_request_duration_seconds_count{${things}`),
      workers: sockets().length,
    };
  }

  const sockets = () => readdirSync(join(folder.path, 'metrics')).filter((name) => name.endsWith('.sock'));

  async function ask(path: string): Promise<number> {
    const res = await fetch(`${url}${path}`);
    // The fixture answers so.
    return ((await res.json()) as { worker: number }).worker;
  }

  const readManyTimes = () => Promise.all(Array.from({ length: 6 }, readMetrics));

  test('add up the requests of both, whichever worker is asked', async () => {
    const workers = new Set(await Promise.all(Array.from({ length: 40 }, (_, index) => ask(`/things/${index}`))));
    expect(workers.size).toBe(2);
    await eventually(async () => {
      for (const { requests, timed } of await readManyTimes()) expect([requests, timed]).toEqual([40, 40]);
    });
  });

  test('count unknown paths together, and never by their text', async () => {
    await fetch(`${url}/wp-admin/secret`);
    const { text } = await readMetrics();
    expect(text).toContain('route="(none)",status="4xx"');
    expect(text).not.toContain('wp-admin');
    expect(text).toContain('process_resident_memory_bytes{service="booking-service"}');
  });

  test('keep the counts of a worker that was replaced', async () => {
    await ask('/end');
    await eventually(async () => expect((await readMetrics()).workers).toBe(2));
    for (const { requests } of await readManyTimes()) expect(requests).toBe(40);
  });

  test('leave no scrape without an answer while workers are replaced', async () => {
    for (let round = 0; round < 4; round += 1) {
      const ended = await ask('/end');
      const scrapes: Promise<unknown>[] = [];
      await eventually(async () => {
        // Several at once, and not one after the other: one of them should be on its way to the worker that ends.
        scrapes.push(...Array.from({ length: 3 }, () => readMetrics().catch((error: unknown) => error)));
        const workers = new Set(await Promise.all(Array.from({ length: 4 }, () => ask('/health'))));
        expect(workers.size).toBe(2);
        expect(workers).not.toContain(ended);
      });
      expect((await Promise.all(scrapes)).filter((answer) => answer instanceof Error)).toEqual([]);
    }
  });

  test('go on without a worker that was killed, and forget its socket', async () => {
    const before = sockets();
    await expect(fetch(`${url}/die`)).rejects.toThrow();
    await eventually(async () => {
      const { workers, requests } = await readMetrics();
      expect(workers).toBe(2);
      expect(requests).toBeLessThanOrEqual(40);
      expect(sockets()).not.toEqual(before);
    });
  });
});
