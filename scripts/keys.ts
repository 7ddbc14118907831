// `npm run keys`: looks after the keys that access tokens are signed with. Works on the database of auth-service's settings;
// the services may be running, and take a new key over by themselves.
import { existsSync } from 'node:fs';
import { readDatabaseSettings } from '@jetbridge/service-kit/config/profile.ts';
import { SettingsError } from '@jetbridge/service-kit/config/settings.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import { openKeys } from '../auth-service/src/open-keys.ts';
import { databaseNames } from './database-settings.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { textTable } from './text-table.ts';

const usage = `The keys that access tokens are signed with:

  npm run keys -- list      what there is: the one that signs, the one that will, those that did lately
  npm run keys -- rotate    makes a new one, which takes over in a minute; nobody is signed out`;

type Keys = Awaited<ReturnType<typeof openKeys>>;
type Standing = Awaited<ReturnType<Keys['list']>>[number];

/** What was asked cannot be done, for a reason the person can mend. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

try {
  readEnvironmentFile();
  await main();
} catch (error) {
  const isReadable = error instanceof RefusedError || error instanceof SettingsError;
  console.error(isReadable || (error instanceof Error && /signing key/.test(error.message)) ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const [command, ...surplus] = process.argv.slice(2);
  if (surplus.length > 0 || (command !== 'list' && command !== 'rotate')) throw new RefusedError(usage);
  const settings = readDatabaseSettings(process.env, databaseNames['auth-service']);
  const notYet = new RefusedError('There are no keys yet, or of an older release. Start auth-service once.');
  // A look must not make an empty database.
  if (settings.dialect === 'sqlite' && !existsSync(settings.file)) throw notYet;
  await using owned = new AsyncDisposableStack();
  const keys = await openKeys(settings, process.env, createLogger({ service: 'keys', level: 'silent' }));
  owned.defer(keys.close);
  if (!(await keys.isUpToDate())) throw notYet;
  if (command === 'rotate') await rotate(keys);
  await list(keys);
}

async function rotate(keys: Keys): Promise<void> {
  const { key, isNew } = await keys.rotate();
  const from = toInstant(key.signsFromMs ?? key.createdAtMs);
  console.log(
    isNew
      ? `${key.id} was made. It is published now and signs from ${from} on; the one before leaves about 17 minutes later, when its last token has ended. Nothing has to be restarted.\n`
      : `${key.id} waits to take over already, at ${from}; no other one was made.\n`,
  );
}

async function list(keys: Keys): Promise<void> {
  const rows = (await keys.list()).map((key) => [key.id, toInstant(key.createdAtMs), describe(key)]);
  console.log(textTable(['key', 'made', 'now'], rows));
}

function describe({ signs, signsFromMs, leavesAtMs }: Standing): string {
  if (signs) return 'signs';
  if (leavesAtMs !== null) return `is published until ${toInstant(leavesAtMs)}, for tokens that it signed`;
  return `signs from ${toInstant(signsFromMs ?? 0)} on`;
}
