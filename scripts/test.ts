// `npm test`: everything that has to hold before a commit. `npm test -- booking-service`: only those tests.
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installMissingServers } from '@jetbridge/testing/install-servers.ts';
import { InterruptedError, runProgram } from '@jetbridge/testing/run-program.ts';

type Step = { readonly title: string; readonly program: string; readonly parameters: readonly string[] };

const INTERRUPTED_EXIT_CODE = 130;

const steps: readonly Step[] = [
  // First, because vitest runs things that Node's type stripping refuses (enums, for one) and the compiler names them.
  { title: 'Type check', program: 'tsc', parameters: ['--noEmit'] },
  { title: 'Lint', program: 'biome', parameters: ['check', '.'] },
  { title: 'Tests', program: 'vitest', parameters: ['run'] },
];

const root = fileURLToPath(new URL('..', import.meta.url));
const chosen = process.argv.slice(2);

process.chdir(root);
try {
  process.exitCode =
    chosen.length > 0
      ? await run({ title: 'Tests', program: 'vitest', parameters: ['run', ...chosen] })
      : await runAll();
} catch (error) {
  if (!(error instanceof InterruptedError)) throw error;
  process.exitCode = INTERRUPTED_EXIT_CODE;
}

async function runAll(): Promise<number> {
  const complete = await installMissingServers((sentence) => console.log(sentence));
  if (!complete && process.env.CI === 'true') {
    console.error('With CI=true every test has to run, so this ends here.');
    return 1;
  }
  for (const step of steps) {
    const code = await run(step);
    if (code !== 0) return code;
  }
  return 0;
}

async function run({ title, program, parameters }: Step): Promise<number> {
  console.log(`\n== ${title}: ${program} ${parameters.join(' ')}`);
  const startedMs = performance.now();
  const environment = { ...process.env, PATH: `${root}node_modules/.bin${delimiter}${process.env.PATH ?? ''}` };
  const code = await runProgram(program, parameters, environment);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  console.log(`== ${title}: ${code === 0 ? 'passed' : 'FAILED'} after ${seconds} s`);
  return code;
}
