import { readFileSync } from 'node:fs';
import type { GatewayWorld } from './gateways.ts';
import type { createWrk } from './wrk.ts';

/** The memory of a gateway process while it is under load. */
export type MemoryUse = {
  readonly samplesMb: readonly number[];
  /** From the second quarter of the time, when all is warm, to the last, as a share. */
  readonly growth: number;
};

const sampledEverySeconds = 10;

/** Loads ours without a pause, and looks at its resident memory again and again. */
export async function measureMemory(options: {
  world: GatewayWorld;
  load: ReturnType<typeof createWrk>;
  settings: Readonly<Record<string, string>>;
  minutes: number;
  say: (sentence: string) => void;
  signal: AbortSignal | undefined;
}): Promise<MemoryUse> {
  const { world, load, settings, minutes, say, signal } = options;
  say(`Watching the memory for ${minutes} min …`);
  // The access log of minutes would fill a disk.
  const gateway = await world.startJetbridge(settings, '/dev/null');
  const samplesMb: number[] = [];
  try {
    const samples = (minutes * 60) / sampledEverySeconds;
    while (samplesMb.length < samples && !signal?.aborted) {
      await load(gateway, sampledEverySeconds);
      samplesMb.push(residentMbOf(gateway.pid));
    }
  } finally {
    await gateway.kill();
  }
  const quarter = Math.floor(samplesMb.length / 4);
  const warm = meanOf(samplesMb.slice(quarter, 2 * quarter));
  return { samplesMb, growth: meanOf(samplesMb.slice(-quarter)) / warm - 1 };
}

/** Linux only; proc_pid_status(5). */
function residentMbOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
