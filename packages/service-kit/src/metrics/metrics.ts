import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { routeNameOf } from './route-name.ts';

/** What one process has measured, as Prometheus' client hands it out for adding up. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What a process counts and measures. */
export type Metrics = {
  /** The same listener, its requests counted and timed. */
  readonly observe: (listener: RequestListener) => RequestListener;
  /**
   * A number that is asked for whenever somebody looks, such as the length of a queue. It is of the service, not of one
   * process: of several workers the largest answer counts. While `read` fails, the number is missing.
   */
  readonly gauge: (options: { name: string; help: string; read: () => Promise<number> }) => void;
  /** A number that only grows. Returns what adds to it, one unless told; several workers' numbers are added up. */
  readonly counter: <Label extends string>(options: {
    name: string;
    help: string;
    labelNames: readonly Label[];
  }) => (labels: Readonly<Record<Label, string>>, more?: number) => void;
  readonly snapshot: () => Promise<MetricsSnapshot>;
};

/** Seconds; from an answer out of memory to the longest the gateway waits. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Metrics of one process. Several may live side by side in one.
 * @param options.processMetrics memory, CPU time, event loop and garbage collection; for a process of its own only.
 */
export function createMetrics(options: { service: string; processMetrics: boolean }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const labelNames = ['method', 'route', 'status'] as const;
  const common = { labelNames, registers: [registry] };
  const requests = new Counter({ ...common, name: 'http_requests_total', help: 'Requests that ended' });
  const durations = new Histogram({
    ...common,
    name: 'http_request_duration_seconds',
    help: 'From the head of a request to the end of its answer',
    buckets: durationBuckets,
  });

  function count(req: IncomingMessage, res: ServerResponse, startedAt: number): void {
    const labels = { method: methodOf(req), route: routeNameOf(req), status: outcomeOf(res) };
    requests.inc(labels);
    // A connection that left HTTP may last for hours, and says nothing about how long requests take.
    if (res.statusCode === 101) return;
    durations.observe(labels, (performance.now() - startedAt) / 1_000);
  }

  return {
    observe: (listener) => (req, res) => {
      const startedAt = performance.now();
      res.once('close', () => count(req, res, startedAt));
      listener(req, res);
    },
    gauge: ({ name, help, read }) => {
      new Gauge({
        name,
        help,
        registers: [registry],
        aggregator: 'max',
        async collect() {
          try {
            this.set(await read());
          } catch {
            // The database is away: then all other numbers are worth the more.
            this.remove();
          }
        },
      });
    },
    counter: ({ name, help, labelNames }) => {
      const counter = new Counter({ name, help, labelNames, registers: [registry] });
      return (labels, more = 1) => counter.inc(labels, more);
    },
    snapshot: () => registry.getMetricsAsJSON(),
  };
}

function methodOf({ method = '' }: IncomingMessage): string {
  return methods.has(method) ? method : 'other';
}

/** `2xx` and its like; `aborted` when the client left before the end. */
function outcomeOf(res: ServerResponse): string {
  return res.writableFinished || res.statusCode === 101 ? `${Math.floor(res.statusCode / 100)}xx` : 'aborted';
}
