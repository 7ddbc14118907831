import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { call } from '@jetbridge/testing/call.ts';
import { eventually } from '@jetbridge/testing/eventually.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';

const projectFolder = join(import.meta.dirname, '../..');
const pm2Program = createRequire(import.meta.url).resolve('pm2/bin/pm2');
const run = promisify(execFile);

/** The first start fills the timetable, which takes far longer on a machine that is busy. */
const longestStartMs = 180_000;

const portSettings = ['PORT', 'AUTH_PORT', 'FLIGHT_PORT', 'BOOKING_PORT', 'REMINDER_PORT'] as const;

/** The whole system under a PM2 of its own, as `npm start` and operators run it. */
export type ManagedSystem = {
  readonly api: string;
  /** Replaces the processes of one service, or of `all` at the same time; ends when the last old one has. */
  readonly reload: (service: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Starts the system from `ecosystem.config.js` on free ports and an empty data folder. */
export async function startManagedSystem(settings: Readonly<Record<string, string>> = {}): Promise<ManagedSystem> {
  const folder = temporaryFolder('pm2');
  const ports: Record<string, string> = {};
  for (const setting of portSettings) ports[setting] = String(await freePort());
  const environment = {
    PATH: process.env.PATH,
    HOME: folder.path,
    PM2_HOME: join(folder.path, 'pm2'),
    PM2_CONCURRENT_ACTIONS: '8',
    DATA_DIR: join(folder.path, 'data'),
    NODE_ENV: 'test',
    LOG_LEVEL: 'warn',
    BCRYPT_COST: '4',
    RATE_LIMIT_PER_MINUTE: '0',
    ...ports,
    ...settings,
  };
  const pm2 = (...args: string[]) =>
    run(process.execPath, [pm2Program, ...args], { cwd: projectFolder, env: environment, maxBuffer: 16_777_216 });
  const stop = async () => {
    await pm2('kill');
    folder.remove();
  };
  try {
    await pm2('start', 'ecosystem.config.js');
    const gateway = `http://127.0.0.1:${ports.PORT}`;
    await eventually(
      async () => {
        const { status, body } = await call(gateway, 'GET /ready');
        if (status !== 200 || body.status !== 'ok')
          throw new Error(`/ready answers ${status}: ${JSON.stringify(body)}`);
      },
      { timeoutMs: longestStartMs, intervalMs: 250 },
    );
    const reload = async (service: string) => void (await pm2('reload', service));
    return { api: `${gateway}/api/v1`, reload, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
