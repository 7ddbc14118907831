import type { IncomingMessage, RequestListener } from 'node:http';
import { type CertificateFiles, followCertificate, readCertificate } from '../http/certificate-files.ts';
import { listen, type MessageOptions } from '../http/server.ts';
import type { Logger } from '../log/logger.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';

/** A service put together and working, but for the listening. */
export type Service = {
  readonly listener: RequestListener;
  /** Which requests that want to leave HTTP may, as those for WebSockets do. None if not given. */
  readonly acceptsUpgrade?: (req: IncomingMessage) => boolean;
  /** How its requests and answers are made, where they are not Node's own. */
  readonly messages?: MessageOptions;
  /** From now on this process says that it takes no more requests. */
  readonly leave: () => void;
};

/** What a service is made with. */
export type ServiceContext = {
  readonly log: Logger;
  /** What must be given back, in reverse order, when the service ends. */
  readonly owned: AsyncDisposableStack;
  /** Where it adds numbers of its own; its requests are counted for it. */
  readonly metrics: Metrics;
};

export type CreateService<Config> = (config: Config, context: ServiceContext) => Promise<Service>;

/** What every service's config has, whatever else. */
export type ListeningConfig = {
  readonly listen: {
    readonly host: string;
    readonly port: number;
    /** Given where it speaks HTTPS. */
    readonly certificate?: CertificateFiles | undefined;
  };
};

export type RunningService = {
  readonly url: string;
  /** Answers what was asked, then gives everything back. */
  readonly stop: () => Promise<void>;
};

/**
 * Puts a service together and listens. When that fails, what was opened on the way is closed again.
 * @param metrics where its numbers go; without them they are counted for nobody, as in most tests.
 */
export async function startService<Config extends ListeningConfig>(
  config: Config,
  createService: CreateService<Config>,
  log: Logger,
  metrics: Metrics = createMetrics({ service: 'unnamed', processMetrics: false }),
): Promise<RunningService> {
  const owned = new AsyncDisposableStack();
  try {
    const service = await createService(config, { log, owned, metrics });
    const { acceptsUpgrade, messages } = service;
    const files = config.listen.certificate;
    const certificate = files && readCertificate(files);
    const server = await listen(metrics.observe(service.listener), config.listen, {
      acceptsUpgrade,
      messages,
      certificate,
    });
    owned.defer(server.stop);
    if (files && certificate) owned.defer(followCertificate({ server, files, inUse: certificate, log }).stop);
    owned.defer(service.leave);
    return {
      url: `${files ? 'https' : 'http'}://${config.listen.host}:${server.port}`,
      stop: () => owned.disposeAsync(),
    };
  } catch (error) {
    await owned.disposeAsync();
    throw error;
  }
}
