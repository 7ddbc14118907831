// Runs before every program of this project, on whatever Node is there: plain JavaScript that Node 16 understands.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Older ones lack security fixes or run no TypeScript; the install brings a newer one along.
const OLDEST = [24, 18, 1];

const root = fileURLToPath(new URL('..', import.meta.url));
// npm writes this file last, so it also tells an install that broke off from one that is complete.
const isInstalled = existsSync(new URL('../node_modules/.package-lock.json', import.meta.url));

if (!isInstalled) {
  console.error(`Jetbridge is not installed yet: run \`npm ci\` in ${root} first.`);
  process.exit(1);
}
if (isOlder(process.version)) {
  console.error(
    `Jetbridge needs Node ${OLDEST.join('.')} or newer and this is ${process.version}: run \`npm ci\`, which brings its own ` +
      `Node along on Linux x64 and arm64, and use npm scripts; on other platforms install Node ${OLDEST.join('.')} or newer.`,
  );
  process.exit(1);
}

function isOlder(version) {
  const parts = version
    .replace(/^v/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  const different = OLDEST.findIndex((part, index) => parts[index] !== part);
  return different >= 0 && parts[different] < OLDEST[different];
}
