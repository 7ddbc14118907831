import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { missingServers } from './binaries.ts';
import { runProgram } from './run-program.ts';

const NO_SERVICES_FILE = '/usr/sbin/policy-rc.d';

/**
 * Installs the Debian packages of the servers that tests need and this machine lacks: as root where there is apt-get.
 * Elsewhere it says what to install. Tells people what it does through `say`. Returns whether every server is there.
 */
export async function installMissingServers(say: (sentence: string) => void): Promise<boolean> {
  const missing = missingServers();
  if (missing.length === 0) return true;
  const titles = missing.map(({ title }) => title).join(', ');
  const packages = missing.flatMap(({ debianPackages }) => debianPackages);
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (!hasAptGet()) {
    say(
      `Not installed: ${titles}. Install what Debian calls ${packages.join(', ')}; until then their tests can't run.`,
    );
    return false;
  }
  if (process.getuid?.() !== 0) {
    say(`Not installed: ${titles}. Until then their tests can't run. To install: sudo apt-get ${install.join(' ')}`);
    return false;
  }
  say(`Not installed: ${titles}. Installing ${packages.join(', ')} with apt-get, without starting their services.`);
  await withoutStartingServices(() => aptGet(install));
  const remaining = missingServers().map(({ title }) => title);
  if (remaining.length > 0)
    say(`Still not installed: ${remaining.join(', ')}. The reason is in apt-get's words above.`);
  return remaining.length === 0;
}

async function aptGet(install: readonly string[]): Promise<void> {
  // Waits for another apt-get instead of failing: fresh machines often update themselves first.
  const patience = ['-o', 'DPkg::Lock::Timeout=120', '-qq'];
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A failed update need not matter: the lists that are there may do.
  await runProgram('apt-get', [...patience, 'update'], environment);
  await runProgram('apt-get', [...patience, ...install], environment);
}

/** Debian starts a service as soon as its package is installed, unless this file forbids it (exit code 101). */
async function withoutStartingServices(install: () => Promise<void>): Promise<void> {
  if (existsSync(NO_SERVICES_FILE)) return install();
  writeFileSync(NO_SERVICES_FILE, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await install();
  } finally {
    rmSync(NO_SERVICES_FILE, { force: true });
  }
}

function hasAptGet(): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'apt-get')));
}
