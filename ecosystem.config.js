// PM2 runs the services from this file: `npm start` on a laptop, `npx pm2 start ecosystem.config.js --env production` on
// a VM. It is CommonJS because PM2 loads it with `require`. Settings come from the environment and from `.env` beside this
// file; what is set in the environment goes before.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const [major, minor, patch] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && (minor < 18 || (minor === 18 && patch < 1)))) {
  throw new Error(
    `Jetbridge runs on Node 24.18.1 or newer, but PM2 was started by Node ${process.versions.node}: run "npm ci" and start it with "npx pm2".`,
  );
}

const environmentFile = join(__dirname, '.env');
if (existsSync(environmentFile)) process.loadEnvFile(environmentFile);

const services = [
  { name: 'auth-service', setting: 'AUTH', instancesSetting: 'AUTH_INSTANCES' },
  { name: 'flight-search-service', setting: 'FLIGHT', instancesSetting: 'FLIGHT_INSTANCES' },
  { name: 'booking-service', setting: 'BOOKING', instancesSetting: 'BOOKING_INSTANCES' },
  { name: 'reminder-service', setting: 'REMINDER', instancesSetting: 'REMINDER_INSTANCES' },
  { name: 'api-gateway', setting: 'GATEWAY', instancesSetting: 'API_GATEWAY_INSTANCES' },
];

/**
 * `METRICS_PORT` names one port, which five services can't share: the gateway gets it, the others the four after it.
 * 0 switches the metrics of all off. `AUTH_METRICS_PORT` and its like name the port of one service.
 */
function metricsPortOf(setting) {
  const own = process.env[`${setting}_METRICS_PORT`];
  const first = process.env.METRICS_PORT;
  if (own || !first) return {};
  const place = ['GATEWAY', 'AUTH', 'FLIGHT', 'BOOKING', 'REMINDER'].indexOf(setting);
  return { METRICS_PORT: first === '0' ? '0' : String(Number(first) + place) };
}

module.exports = {
  apps: services.map(({ name, setting, instancesSetting }) => ({
    name,
    cwd: __dirname,
    script: `./${name}/src/main.ts`,
    // PM2 would run a .ts file with bun.
    interpreter: 'node',
    // Loading a schedule makes much garbage: a young generation of the usual size would keep 100 MB of it.
    node_args: name === 'flight-search-service' ? ['--max-semi-space-size=8'] : [],
    // Cluster mode also with one instance, so that `pm2 reload` replaces it without a gap.
    exec_mode: 'cluster',
    instances: Number(process.env[instancesSetting] || 1),
    // A process counts as started when it says so, after its migrations; the first start fills a timetable.
    wait_ready: true,
    listen_timeout: 60_000,
    // Requests in work may end: the services give themselves 35 s.
    kill_timeout: 40_000,
    // A process that ends at once, for want of a setting, is not started forever.
    max_restarts: 10,
    min_uptime: 5_000,
    exp_backoff_restart_delay: 200,
    merge_logs: true,
    env: metricsPortOf(setting),
    env_production: { ...metricsPortOf(setting), NODE_ENV: 'production' },
  })),
};
