import { type Environment, SettingsError } from '../config/settings.ts';
import { createLogger, type Logger } from '../log/logger.ts';
import { type CreateService, type ListeningConfig, type RunningService, startService } from './service.ts';

/** A process that has not ended by itself this long after it was told to is ended. PM2 waits 40 s. */
const longestStopMs = 35_000;

/**
 * The whole life of a service's process: settings, start, telling the process manager, and an orderly end on SIGINT or
 * SIGTERM. Wrong settings end it with status 1 and a list of what is wrong.
 */
export async function runService<Config extends ListeningConfig & { readonly logLevel: string }>(options: {
  name: string;
  process: NodeJS.Process;
  loadConfig: (environment: Environment) => Config;
  createService: CreateService<Config>;
}): Promise<void> {
  const { name, process, createService } = options;
  const config = loadOrExit(options);
  const log = createLogger({ service: name, level: config.logLevel });
  process.on('unhandledRejection', (error) => crash(process, log, error));
  process.on('uncaughtException', (error) => crash(process, log, error));
  const running = await startService(config, createService, log).catch((error: unknown) => crash(process, log, error));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop(process, log, running));
  }
  log.info({ url: running.url }, `${name} is ready`);
  process.send?.('ready');
}

function loadOrExit<Config>(options: {
  name: string;
  process: NodeJS.Process;
  loadConfig: (environment: Environment) => Config;
}): Config {
  try {
    return options.loadConfig(options.process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    options.process.stderr.write(`${options.name} does not start. ${error.message}\n`);
    return options.process.exit(1);
  }
}

async function stop(process: NodeJS.Process, log: Logger, running: RunningService): Promise<void> {
  log.info({}, 'stopping');
  setTimeout(() => {
    log.error({}, `did not stop within ${longestStopMs} ms`);
    process.exit(1);
  }, longestStopMs).unref();
  await running.stop();
  process.exit(0);
}

/** What nobody caught leaves the process in an unknown state: it ends, and the process manager starts a fresh one. */
function crash(process: NodeJS.Process, log: Logger, error: unknown): never {
  log.fatal({ error }, 'the process ends because of an error nobody handled');
  return process.exit(1);
}
