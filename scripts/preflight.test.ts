import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { afterAll, describe, expect, test } from 'vitest';

const preflight = new URL('preflight.mjs', import.meta.url).pathname;
const folder = temporaryFolder('preflight');

describe('preflight', () => {
  afterAll(() => folder.remove());

  test.each(['v24.18.1', 'v24.21.0', 'v25.0.0'])('lets Node %s pass', (version) => {
    expect(run(preflight, version)).toEqual({ status: 0, stderr: '' });
  });

  test.each(['v16.20.2', 'v20.20.2', 'v24.9.0', 'v24.18.0'])('refuses Node %s in one sentence', (version) => {
    const { status, stderr } = run(preflight, version);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Jetbridge needs Node 24\.18\.1 or newer and this is \S+: run `npm ci`.* install Node 24\.18\.1 or newer\.\n$/,
    );
    expect(stderr).toContain(version);
  });

  test('says first of all that nothing is installed, on any Node', () => {
    mkdirSync(join(folder.path, 'scripts'));
    const copy = join(folder.path, 'scripts', 'preflight.mjs');
    copyFileSync(preflight, copy);
    expect(run(copy, 'v20.20.2')).toEqual({
      status: 1,
      stderr: `Jetbridge is not installed yet: run \`npm ci\` in ${folder.path}/ first.\n`,
    });
  });
});

/** Runs it on this Node, which is made to say that it is another one. */
function run(script: string, version: string): { status: number | null; stderr: string } {
  const pretence = `data:text/javascript,Object.defineProperty(process,'version',{value:'${version}'})`;
  const { status, stderr } = spawnSync(process.execPath, ['--import', pretence, script], { encoding: 'utf8' });
  return { status, stderr };
}
