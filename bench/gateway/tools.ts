import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a normal user's PATH does not lead, and nginx lies. */
const furtherFolders = ['/usr/sbin', '/usr/local/sbin'];

/** The path of a program that is measured or measures. @throws Error that says which Debian package brings it. */
export function requireTool(program: 'nginx' | 'wrk'): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...furtherFolders];
  const path = folders.map((folder) => join(folder, program)).find(isExecutable);
  if (path === undefined) throw new Error(`${program} is not installed (Debian package ${program}).`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
