import { join, relative, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readiness } from '@jetbridge/contracts/system/routes.ts';
import { demoAccounts, demoPassword } from '../auth-service/src/domain/demo-accounts.ts';
import { askGateway, gatewayAddress } from './ask-gateway.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { lastWords, measureLogs } from './last-words.ts';
import { listProcesses, processManagerHome, projectFolder, runPm2 } from './process-manager.ts';

/** The first start fills the timetable: about 10 s on two cores, and far longer on a machine that is busy. */
const longestStartMs = 180_000;

readEnvironmentFile();
const startedAt = performance.now();
const logsBefore = measureLogs(join(processManagerHome, 'logs'));
const gateway = gatewayAddress(process.env);

if (await isRunning()) {
  console.log('Jetbridge is running already.\n');
} else {
  await refuseTakenPort();
  await start();
}
printWelcome();

async function start(): Promise<void> {
  console.log('Starting Jetbridge: the gateway and four services …');
  // `--no-autorestart` is not set: PM2 brings back what dies later. `start` returns when each has said that it is ready.
  const starting = runPm2('start', 'ecosystem.config.js').catch((error: unknown) => String(error));
  const said = new Set<string>();
  for (;;) {
    const { ready, up } = await askReadiness();
    for (const service of up) {
      if (!said.has(service)) console.log(`  ${seconds().padStart(6)}  ${service} is ready`);
      said.add(service);
    }
    if (ready) break;
    if (performance.now() - startedAt > longestStartMs || (await hasFailed())) return fail();
    await wait(250);
  }
  await starting;
  console.log(`\nJetbridge is ready after ${seconds()}.\n`);
}

async function askReadiness(): Promise<{ ready: boolean; up: string[] }> {
  try {
    const answer = await askGateway(`${gateway}/ready`);
    const { status, services } = readiness.parse(JSON.parse(answer.body));
    const up = Object.keys(services).filter((service) => services[service]?.status === 'up');
    return { ready: answer.status === 200 && status === 'ok', up };
  } catch {
    return { ready: false, up: [] };
  }
}

async function isRunning(): Promise<boolean> {
  const processes = await listProcesses();
  return processes.length > 0 && processes.every(({ status }) => status === 'online') && (await askReadiness()).ready;
}

/** Someone else's server on the gateway's port would be taken for ours. */
async function refuseTakenPort(): Promise<void> {
  try {
    await askGateway(gateway);
  } catch {
    return;
  }
  console.error(`Another program answers at ${gateway}. Choose another port: PORT=3100 npm start`);
  process.exit(1);
}

async function hasFailed(): Promise<boolean> {
  if (performance.now() - startedAt < 3_000) return false;
  return (await listProcesses()).some(({ status, restarts }) => status === 'errored' || restarts > 2);
}

async function fail(): Promise<never> {
  const processes = await listProcesses();
  console.error(`\nJetbridge did not start within ${seconds()}. What its services said last:`);
  for (const managed of processes)
    console.error(`\n${managed.name} (${managed.status}):\n${lastWords(managed, logsBefore)}`);
  await runPm2('kill');
  process.exit(1);
}

function printWelcome(): void {
  const data = relative(projectFolder, resolve(projectFolder, process.env.DATA_DIR || 'data'));
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  console.log(`  API         ${gateway}/api/v1
  API pages   ${gateway}/docs
  Health      ${gateway}/ready
  Mailbox     ${gateway}/api/v1/sandbox/mails
  Data        ${data}/  (delete it to begin anew)
${describeAccounts()}

Try it:
  curl "${gateway}/api/v1/flights?origin=JFK&destination=LHR&date=${tomorrow}&limit=2"

The README has a tour. "npm stop" ends everything; "npm run status" shows what runs.`);
}

function seconds(): string {
  return `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
}

/** auth-service makes the demo accounts unless a first administrator is named. */
function describeAccounts(): string {
  const { ADMIN_EMAIL, DEMO_ACCOUNTS } = process.env;
  if (DEMO_ACCOUNTS ? DEMO_ACCOUNTS === 'off' : ADMIN_EMAIL)
    return `  Accounts    ${ADMIN_EMAIL ? `${ADMIN_EMAIL} (administrator)` : 'none'}`;
  const lines = demoAccounts.map(({ email, role }) => `              ${email.padEnd(28)} ${role}`);
  return [`  Accounts    password "${demoPassword}" for each`, ...lines].join('\n');
}
