import type { Environment } from '@jetbridge/service-kit/config/settings.ts';
import type { RunningService } from '@jetbridge/service-kit/lifecycle/service.ts';
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
};

/** A gateway in this process, without limits unless the settings give some. */
export async function startGateway(settings: Environment): Promise<GatewayUnderTest> {
  const accessLog: string[] = [];
  const folder = temporaryFolder('gateway');
  const running = await startTestService(
    {
      name: 'api-gateway',
      loadConfig,
      createService: createGateway({ accessLog: { write: (text) => accessLog.push(text) } }),
    },
    { RATE_LIMIT_PER_MINUTE: '0', DATA_DIR: folder.path, ...settings },
  );
  return {
    url: running.url,
    port: Number(new URL(running.url).port),
    accessLog,
    stop: async () => {
      await running.stop();
      folder.remove();
    },
  };
}
