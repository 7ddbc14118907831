import { listProcesses } from './process-manager.ts';

const processes = await listProcesses();
if (processes.length === 0) {
  console.log('Jetbridge is not running. "npm start" starts it.');
} else {
  for (const { name, status, restarts, memoryBytes } of processes) {
    const memory = `${Math.round(memoryBytes / 1_048_576)} MB`;
    console.log(`${name.padEnd(22)} ${status.padEnd(9)} ${memory.padStart(7)}  ${restarts} restarts`);
  }
}
