import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvFile } from 'node:process';
import { projectFolder } from './process-manager.ts';

/** Takes settings from `.env` in this folder, if it is there. What is set already goes before. */
export function readEnvironmentFile(): void {
  const file = join(projectFolder, '.env');
  if (existsSync(file)) loadEnvFile(file);
}
