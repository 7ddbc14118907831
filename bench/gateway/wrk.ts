import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { cpuSecondsOf, cpuSecondsOfMachine } from '../sales-world/cpu-time.ts';
import { requireTool } from './tools.ts';

const run = promisify(execFile);

/** What a gateway did during one turn of the load. */
export type Turn = {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Answers other than 2xx and 3xx, and requests without one. */
  readonly wrongAnswers: number;
  readonly cpuMsPerRequest: number;
  /** Of other programs on the machine, in seconds. */
  readonly othersSeconds: number;
};

const connections = 64;

const report = z.object({
  requests: z.number(),
  durationUs: z.number(),
  medianUs: z.number(),
  p99Us: z.number(),
  wrong: z.number(),
});

/** Loads a gateway with `GET path` by wrk, as the bearers of the tokens by turns. */
export function createWrk(options: { folder: string; path: string; tokens: readonly string[] }) {
  const program = requireTool('wrk');
  const script = join(options.folder, 'load.lua');
  writeFileSync(script, luaScript(options.path, options.tokens));

  return async (gateway: { port: number; pid: number }, seconds: number): Promise<Turn> => {
    const target = `http://127.0.0.1:${gateway.port}/`;
    const parameters = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, target];
    const before = { gateway: cpuSecondsOf(gateway.pid), machine: cpuSecondsOfMachine() };
    const { stdout } = await run(program, parameters);
    const spent = cpuSecondsOf(gateway.pid) - before.gateway;
    const measured = report.parse(JSON.parse(stdout.slice(stdout.lastIndexOf('{'))));
    return {
      perSecond: measured.requests / (measured.durationUs / 1e6),
      medianMs: measured.medianUs / 1_000,
      p99Ms: measured.p99Us / 1_000,
      wrongAnswers: measured.wrong,
      cpuMsPerRequest: (spent * 1_000) / measured.requests,
      othersSeconds: cpuSecondsOfMachine() - before.machine - spent,
    };
  };
}

/** wrk prints for people; its script prints for us. */
const luaScript = (path: string, tokens: readonly string[]) => `
local requests = {}
local tokens = { ${tokens.map((token) => `"${token}"`).join(', ')} }
local turn = 0
init = function()
  for at, token in ipairs(tokens) do
    requests[at] = wrk.format("GET", "${path}", { ["Authorization"] = "Bearer " .. token, ["Host"] = "127.0.0.1" })
  end
end
request = function()
  turn = turn % #requests + 1
  return requests[turn]
end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"durationUs":%d,"medianUs":%d,"p99Us":%d,"wrong":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
`;
