import { join } from 'node:path';
import { call } from '@jetbridge/testing/call.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { type ServiceProcess, startServiceProcess } from '../sales-world/service-process.ts';

export type LoginFigures = { readonly kind: string; readonly medianMs: number; readonly p90Ms: number };

/** Wrong passwords that strangers to an account may try before they are throttled, with some to spare. */
const triesPerAddress = 40;

const password = 'a password of the bench';

/**
 * Measures wrong sign-ins one after the other, by turns for addresses without an account, for accounts whose password was
 * hashed at the present cost, and for accounts from a time when it was lower. Each comes from another client and none is
 * tried too often, so that nothing is throttled.
 */
export async function measureLogins(options: {
  tries: number;
  cost: number;
  signal: AbortSignal;
}): Promise<LoginFigures[]> {
  const { tries, cost, signal } = options;
  const folder = temporaryFolder('logins');
  const start = async (atCost: number) => startAuth(folder.path, atCost);
  const count = Math.ceil(tries / triesPerAddress);
  const emailsOf = (kind: string) => Array.from({ length: count }, (_, index) => `${kind}-${index}@example.com`);
  const kinds = [
    { kind: 'no account', emails: emailsOf('nobody') },
    { kind: 'an account', emails: emailsOf('present') },
    { kind: 'an account, hashed at a lower cost', emails: emailsOf('older') },
  ] as const;
  const [, present, older] = kinds;
  const times = kinds.map((): number[] => []);

  let auth = await start(cost - 1);
  try {
    await registerAll(auth, older.emails);
    await auth.stop();
    auth = await start(cost);
    await registerAll(auth, present.emails);
    for (let turn = 0; turn < tries && !signal.aborted; turn++) {
      for (let place = 0; place < kinds.length; place++) {
        // Each is the first one as often as the others: what comes after what should not matter.
        const index = (turn + place) % kinds.length;
        const emails = kinds[index]?.emails ?? [];
        times[index]?.push(await timeOfWrongLogin(auth, emails[turn % count] ?? '', turn));
      }
    }
  } finally {
    await auth.stop();
    folder.remove();
  }
  return kinds.map(({ kind }, index) => ({ kind, ...figuresOf(times[index] ?? []) }));
}

async function startAuth(folder: string, cost: number): Promise<ServiceProcess> {
  const port = await freePort();
  return startServiceProcess({
    script: 'auth-service/src/main.ts',
    port,
    environment: {
      NODE_ENV: 'test',
      DATA_DIR: folder,
      AUTH_PORT: String(port),
      BCRYPT_COST: String(cost),
      DEMO_ACCOUNTS: 'off',
      METRICS_PORT: '0',
      LOG_LEVEL: 'warn',
    },
    logFile: join(folder, 'auth-service.log'),
  });
}

async function registerAll({ port }: ServiceProcess, emails: readonly string[]): Promise<void> {
  for (const email of emails) {
    const body = { email, password, name: 'Bench' };
    const { status } = await call(`http://127.0.0.1:${port}`, 'POST /auth/register', { body });
    if (status !== 201) throw new Error(`${email} could not be registered: ${status}.`);
  }
}

async function timeOfWrongLogin({ port }: ServiceProcess, email: string, turn: number): Promise<number> {
  const from = `10.${(turn >> 16) & 255}.${(turn >> 8) & 255}.${turn & 255}`;
  const startedAt = performance.now();
  const { status } = await call(`http://127.0.0.1:${port}`, 'POST /auth/login', {
    body: { email, password: 'a wrong one' },
    headers: { 'X-Forwarded-For': from },
  });
  const tookMs = performance.now() - startedAt;
  if (status !== 401) throw new Error(`A wrong password was answered with ${status}.`);
  return tookMs;
}

function figuresOf(times: readonly number[]): { medianMs: number; p90Ms: number } {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { medianMs: at(0.5), p90Ms: at(0.9) };
}
