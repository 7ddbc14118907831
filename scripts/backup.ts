// `npm run backup -- DIR`: saves databases, mails and generated secrets into a new folder, while the system runs.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SettingsError } from '@jetbridge/service-kit/config/settings.ts';
import { makeBackup } from './backup/make-backup.ts';
import { BackupError } from './backup/manifest.ts';
import { backupFolderOf, readPlaces } from './backup/places.ts';
import { readEnvironmentFile } from './environment-file.ts';

try {
  readEnvironmentFile();
  const { positionals } = parseArgs({ allowPositionals: true });
  const folder = backupFolderOf(positionals, 'Usage: npm run backup -- DIR, where DIR does not exist yet');
  const places = readPlaces(process.env);
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const startedAt = performance.now();
  const { files } = await makeBackup(places, folder, { version, now: new Date() });
  const megabytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000_000;
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`${files.length} files, ${megabytes.toFixed(1)} MB, saved to ${folder} in ${seconds.toFixed(1)} s.
Keep it as safe as the system itself: it holds accounts and travellers.`);
  if (process.env.KEYS_SECRET) {
    console.log('KEYS_SECRET and the other settings are not in it: keep them apart, the signing keys need them.');
  }
} catch (error) {
  if (!(error instanceof BackupError || error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
