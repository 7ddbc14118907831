// `npm run restore -- DIR [--force]`: puts a backup in the place of the data that the settings name. The system must not
// run; what is there is replaced by `--force` only.
import { parseArgs } from 'node:util';
import { SettingsError } from '@jetbridge/service-kit/config/settings.ts';
import { BackupError } from './backup/manifest.ts';
import { backupFolderOf, readPlaces } from './backup/places.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { readEnvironmentFile } from './environment-file.ts';

try {
  readEnvironmentFile();
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { force: { type: 'boolean', default: false } },
  });
  const folder = backupFolderOf(positionals, 'Usage: npm run restore -- DIR [--force]');
  const { manifest, movedTo } = await restoreBackup(readPlaces(process.env), folder, {
    force: values.force,
    now: new Date(),
  });
  console.log(`Restored ${manifest.files.length} files of ${manifest.createdAt}, and found them sound.`);
  if (movedTo) console.log(`What was there before is in ${movedTo}; delete it when all is well.`);
  console.log('After the start, "npm run reconcile" says whether seats, bookings and reminders agree.');
} catch (error) {
  if (!(error instanceof BackupError || error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
