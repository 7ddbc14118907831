import type { Environment } from '@jetbridge/service-kit/config/settings.ts';
import type { RunningService } from '@jetbridge/service-kit/lifecycle/service.ts';
import type { Metrics, MetricsSnapshot } from '@jetbridge/service-kit/metrics/metrics.ts';
import { startTokenIssuer, type TokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import { startTestService } from '@jetbridge/testing/service.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { loadConfig } from '../src/config.ts';
import { createGateway } from '../src/service.ts';
import { type RecordingService, startRecordingService } from './recording-service.ts';

export type Surroundings = {
  readonly issuer: TokenIssuer;
  readonly auth: RecordingService;
  readonly flights: RecordingService;
  readonly bookings: RecordingService;
  readonly reminders: RecordingService;
  readonly all: readonly RecordingService[];
  /** What tells a gateway where these services are. */
  readonly settings: Environment;
  readonly stop: () => Promise<void>;
};

/** The four services that stand behind a gateway, each a recording one, and tokens that the first publishes keys for. */
export async function startSurroundings(): Promise<Surroundings> {
  const issuer = await startTokenIssuer();
  const auth = await startRecordingService({ name: 'auth-service', keySetUrl: issuer.url });
  const flights = await startRecordingService({ name: 'flight-search-service' });
  const bookings = await startRecordingService({ name: 'booking-service' });
  const reminders = await startRecordingService({ name: 'reminder-service' });
  const all = [auth, flights, bookings, reminders];
  return {
    issuer,
    auth,
    flights,
    bookings,
    reminders,
    all,
    settings: {
      AUTH_SERVICE_URL: auth.url,
      FLIGHT_SERVICE_URL: flights.url,
      BOOKING_SERVICE_URL: bookings.url,
      REMINDER_SERVICE_URL: reminders.url,
    },
    stop: async () => {
      await Promise.all([issuer, ...all].map((server) => server.stop()));
    },
  };
}

export type GatewayUnderTest = RunningService & {
  readonly port: number;
  /** What it wrote to its access log. */
  readonly accessLog: readonly string[];
  /** What it would tell Prometheus. */
  readonly metrics: () => Promise<MetricsSnapshot>;
};

/** A gateway in this process, without limits unless the settings give some. */
export async function startGateway(settings: Environment): Promise<GatewayUnderTest> {
  const accessLog: string[] = [];
  const folder = temporaryFolder('gateway');
  const createService = createGateway({ accessLog: { write: (text) => accessLog.push(text) } });
  let metrics: Metrics | undefined;
  const running = await startTestService(
    {
      name: 'api-gateway',
      loadConfig,
      createService: (config, context) => {
        metrics = context.metrics;
        return createService(config, context);
      },
    },
    { RATE_LIMIT_PER_MINUTE: '0', DATA_DIR: folder.path, ...settings },
  );
  return {
    url: running.url,
    port: Number(new URL(running.url).port),
    accessLog,
    metrics: async () => (await metrics?.snapshot()) ?? [],
    stop: async () => {
      await running.stop();
      folder.remove();
    },
  };
}
