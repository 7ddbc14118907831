import http, { type ServerResponse } from 'node:http';
import { AggregatorRegistry } from 'prom-client';
import { type Stoppable, startLoop } from '../lifecycle/loop.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from './metrics.ts';
import type { MetricsSettings } from './settings.ts';
import { openWorkerSocket } from './worker-sockets.ts';

/** How often a port that another program holds is tried again. */
const retryEveryMs = 5_000;

/** A scrape that runs when the end comes may take so long; it waits up to 1 s for the other workers. */
const longestLastScrapeMs = 2_000;

/**
 * Answers `GET /metrics` in Prometheus' format for all workers of a service on this machine, whichever is asked. The
 * service goes on without metrics, and says so, while it can't have the port.
 */
export async function serveMetrics(settings: MetricsSettings, metrics: Metrics, log: Logger): Promise<Stoppable> {
  if (settings.port === 0) return { stop: async () => {} };
  const { service, dataFolder } = settings;
  const workers = await openWorkerSocket({ service, dataFolder, snapshot: metrics.snapshot });
  const server = http.createServer((req, res) => {
    if (req.url !== '/metrics') refuse(res);
    else
      answer(res).catch((error: unknown) => {
        log.warn({ error }, 'metrics could not be put together');
        res.destroy();
      });
  });

  async function answer(res: ServerResponse): Promise<void> {
    const [own, others] = await Promise.all([metrics.snapshot(), workers.others()]);
    const registry = AggregatorRegistry.aggregate([own, ...others]);
    res.setHeader('Content-Type', registry.contentType);
    res.end(await registry.metrics());
  }

  let complained = false;
  const listening = startLoop({
    name: 'metrics-port',
    idleMs: retryEveryMs,
    log,
    runOnce: async () => {
      if (server.listening) return 0;
      const { host, port } = settings;
      try {
        await listen(server, { host, port });
        log.info({ url: `http://${host}:${port}/metrics` }, 'metrics are shown');
      } catch (error) {
        if (!complained) log.warn({ error, host, port }, 'metrics are not shown: the port is not to be had');
        complained = true;
      }
      return 0;
    },
  });
  return {
    stop: async () => {
      await listening.stop();
      await close(server);
      await workers.stop();
    },
  };
}

function listen(server: http.Server, address: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      server.unref();
      resolve();
    });
  });
}

async function close(server: http.Server): Promise<void> {
  const impatience = setTimeout(() => server.closeAllConnections(), longestLastScrapeMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(impatience);
}

function refuse(res: ServerResponse): void {
  res.statusCode = 404;
  res.end('The metrics are at /metrics.\n');
}
