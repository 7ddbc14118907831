import type { ServiceName } from '@jetbridge/contracts/http/route.ts';
import { collectProblems, type Environment, SettingsError } from '../config/settings.ts';
import { createLogger, type Logger } from '../log/logger.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { serveMetrics } from '../metrics/serve-metrics.ts';
import { readMetricsSettings } from '../metrics/settings.ts';
import { leaveCluster } from './leave-cluster.ts';
import type { Stoppable } from './loop.ts';
import { type CreateService, type ListeningConfig, startService } from './service.ts';

/** A process that has not ended by itself this long after it was told to is ended. PM2 waits 40 s. */
const longestStopMs = 35_000;

/**
 * The whole life of a service's process: settings, start, telling the process manager, and an orderly end on SIGINT or
 * SIGTERM. Wrong settings end it with status 1 and a list of what is wrong.
 */
export async function runService<Config extends ListeningConfig & { readonly logLevel: string }>(options: {
  name: ServiceName;
  process: NodeJS.Process;
  loadConfig: (environment: Environment) => Config;
  createService: CreateService<Config>;
}): Promise<void> {
  const { name, process, createService } = options;
  const { config, metricsSettings } = loadOrExit(options);
  const log = createLogger({ service: name, level: config.logLevel });
  process.on('unhandledRejection', (error) => crash(process, log, error));
  process.on('uncaughtException', (error) => crash(process, log, error));
  const metrics = createMetrics({ service: name, processMetrics: true });
  const running = await startService(config, createService, log, metrics).catch((error: unknown) =>
    crash(process, log, error),
  );
  const shown = await serveMetrics(metricsSettings, metrics, log);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop(process, log, [running, shown]));
  }
  log.info({ url: running.url }, `${name} is ready`);
  process.send?.('ready');
}

function loadOrExit<Config>(options: {
  name: ServiceName;
  process: NodeJS.Process;
  loadConfig: (environment: Environment) => Config;
}) {
  try {
    const { env } = options.process;
    return collectProblems({
      config: () => options.loadConfig(env),
      metricsSettings: () => readMetricsSettings(env, options.name),
    });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    options.process.stderr.write(`${options.name} does not start. ${error.message}\n`);
    return options.process.exit(1);
  }
}

async function stop(process: NodeJS.Process, log: Logger, parts: readonly Stoppable[]): Promise<void> {
  log.info({}, 'stopping');
  setTimeout(() => {
    log.error({}, `did not stop within ${longestStopMs} ms`);
    process.exit(1);
  }, longestStopMs).unref();
  for (const part of parts) await part.stop();
  // Nothing may be logged after it: under PM2 the log goes through the channel that it closes.
  await leaveCluster();
  process.exit(0);
}

/** What nobody caught leaves the process in an unknown state: it ends, and the process manager starts a fresh one. */
function crash(process: NodeJS.Process, log: Logger, error: unknown): never {
  log.fatal({ error }, 'the process ends because of an error nobody handled');
  return process.exit(1);
}
