import type { ServiceName } from '@jetbridge/contracts/http/route.ts';
import { createInternalTokens } from '@jetbridge/service-kit/auth/internal-tokens.ts';
import type { Environment } from '@jetbridge/service-kit/config/settings.ts';
import {
  type CreateService,
  type ListeningConfig,
  type RunningService,
  startService,
} from '@jetbridge/service-kit/lifecycle/service.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';

/** What the services of a test sign their calls to each other with. */
export const testInternalSecret = 'a secret that only tests know, long enough';

/** The token one service would call another with, for tests that stand in for the first. */
export const internalToken = (from: ServiceName, to: ServiceName) =>
  createInternalTokens({ from, secret: testInternalSecret }).tokenFor(to);

/**
 * Starts a service of ours in this process, on a free port unless one is given, as `main.ts` would from the given settings.
 * Its log shows errors only; `LOG_LEVEL` in the settings says otherwise.
 */
export async function startTestService<Config extends ListeningConfig & { readonly logLevel: string }>(
  service: {
    name: ServiceName;
    loadConfig: (environment: Environment) => Config;
    createService: CreateService<Config>;
  },
  settings: Environment,
  port = 0,
): Promise<RunningService> {
  const config = service.loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'fatal',
    INTERNAL_SECRET: testInternalSecret,
    EVENTS: settings.RABBITMQ_URL ? undefined : 'feed',
    ...settings,
  });
  const listen = { ...config.listen, host: '127.0.0.1', port };
  return startService(
    { ...config, listen },
    service.createService,
    createLogger({ service: service.name, level: config.logLevel }),
  );
}
