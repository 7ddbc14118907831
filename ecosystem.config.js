// PM2 runs the services from this file: `npm start` on a laptop, `npx pm2 start ecosystem.config.js --env production` on
// a VM. It is CommonJS because PM2 loads it with `require`.
const [major, minor, patch] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && (minor < 18 || (minor === 18 && patch < 1)))) {
  throw new Error(
    `Jetbridge runs on Node 24.18.1 or newer, but PM2 was started by Node ${process.versions.node}: run "npm ci" and start it with "npx pm2".`,
  );
}

const services = [
  { name: 'auth-service', instancesSetting: 'AUTH_INSTANCES' },
  { name: 'flight-search-service', instancesSetting: 'FLIGHT_INSTANCES' },
  { name: 'booking-service', instancesSetting: 'BOOKING_INSTANCES' },
  { name: 'reminder-service', instancesSetting: 'REMINDER_INSTANCES' },
  { name: 'api-gateway', instancesSetting: 'API_GATEWAY_INSTANCES' },
];

module.exports = {
  apps: services.map(({ name, instancesSetting }) => ({
    name,
    cwd: __dirname,
    script: `./${name}/src/main.ts`,
    // PM2 would run a .ts file with bun.
    interpreter: 'node',
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
    env_production: { NODE_ENV: 'production' },
  })),
};
