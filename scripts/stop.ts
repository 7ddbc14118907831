import { runPm2 } from './process-manager.ts';

const startedAt = performance.now();
console.log('Stopping Jetbridge: requests in work may end …');
await runPm2('kill');
console.log(
  `Stopped after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s. "npm start" finds the data again.`,
);
