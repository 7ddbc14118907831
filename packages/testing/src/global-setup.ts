import type { TestProject } from 'vitest/node';
import { openSharedServers } from './shared-servers.ts';

/** Runs once, in vitest's main process, before the first test file. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = await openSharedServers();
  project.provide('sharedServers', servers.address);
  return () => servers.stop();
}
