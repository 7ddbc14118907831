import { join } from 'node:path';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { logTail, type ServerProcess, startServerProcess } from '@jetbridge/testing/server-process.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';

const projectFolder = join(import.meta.dirname, '..');

const portSettings = {
  'auth-service': 'AUTH_PORT',
  'flight-search-service': 'FLIGHT_PORT',
  'booking-service': 'BOOKING_PORT',
  'reminder-service': 'REMINDER_PORT',
  'api-gateway': 'PORT',
} as const;

export type SystemService = keyof typeof portSettings;

/** The whole system as processes of this machine, behind its gateway. */
export type System = {
  /** The root of the gateway. */
  readonly gateway: string;
  /** Below the prefix of the API. */
  readonly api: string;
  readonly dataFolder: string;
  /** Ends a service's process at once, as a crash would. */
  readonly kill: (service: SystemService) => Promise<void>;
  /** Starts a service's process again, as the process manager would; it is not waited for. */
  readonly start: (service: SystemService) => Promise<void>;
  /** Ends when all services answer. */
  readonly untilReady: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The administrator of every system that tests start. */
export const testAdmin = { email: 'admin@example.com', password: 'a password for tests' };

/** Migrations and the first timetable included, on a machine that runs other tests beside. */
export const longestStartMs = 150_000;

/**
 * Starts the gateway and all services on free ports, with the given settings on top of those that a test needs: no rate
 * limits, cheap password hashes, one administrator.
 */
export async function startSystem(settings: Readonly<Record<string, string>>): Promise<System> {
  const folder = temporaryFolder('system');
  const ports = await choosePorts();
  const environment = {
    PATH: process.env.PATH,
    DATA_DIR: folder.path,
    ADMIN_EMAIL: testAdmin.email,
    ADMIN_PASSWORD: testAdmin.password,
    BCRYPT_COST: '4',
    NODE_ENV: 'test',
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'warn',
    ...ports,
    ...settings,
  };
  const logOf = (service: SystemService) => join(folder.path, `${service}.log`);
  const processes = new Map<SystemService, ServerProcess>();
  async function start(service: SystemService): Promise<void> {
    const started = await startServerProcess({
      program: process.execPath,
      parameters: [join(projectFolder, service, 'src/main.ts')],
      environment,
      folder: projectFolder,
      logFile: logOf(service),
    });
    processes.set(service, started);
  }

  async function stop(): Promise<void> {
    await Promise.all([...processes.values()].map((running) => running.terminate(20_000)));
    folder.remove();
  }

  const services = Object.keys(portSettings) as SystemService[];
  await Promise.all(services.map(start));
  const gateway = `http://127.0.0.1:${ports.PORT}`;
  const untilReady = () => eventually(() => assertReady(gateway), { timeoutMs: longestStartMs, intervalMs: 100 });
  const kill = async (service: SystemService) => processes.get(service)?.kill();
  try {
    await untilReady();
  } catch (cause) {
    const logs = services.map((service) => `--- ${service}\n${logTail(logOf(service))}`).join('\n');
    await stop();
    throw new Error(`The system did not start within ${longestStartMs} ms.\n${logs}`, { cause });
  }
  return { gateway, api: `${gateway}/api/v1`, dataFolder: folder.path, kill, start, untilReady, stop };
}

async function choosePorts(): Promise<Record<string, string>> {
  const ports: Record<string, string> = {};
  for (const setting of Object.values(portSettings)) ports[setting] = String(await freePort());
  return ports;
}

async function assertReady(gateway: string): Promise<void> {
  const { status, body } = await call(gateway, 'GET /ready');
  if (status !== 200 || body.status !== 'ok') throw new Error(`/ready answers ${status} ${JSON.stringify(body)}`);
}
