// `npm run keys`: looks after the keys that access tokens are signed with, in the database that the settings name. The
// services may be running, and take a new key over by themselves.
import { existsSync } from 'node:fs';
import { SettingsError } from '@jetbridge/service-kit/config/settings.ts';
import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import { readProgramSettings } from './config.ts';
import { createAuditSeals } from './credentials/audit-seals.ts';
import { deriveKeys } from './credentials/sealing.ts';
import { createAuditLog } from './db/audit-log.ts';
import { type KeyStanding, readKeyStandings } from './db/signing-keys.ts';
import { rotateKeys } from './use-cases/rotate-keys.ts';

const usage = `The keys that access tokens are signed with:

  npm run keys -- list      what there is: the one that signs, the one that will, those that did lately
  npm run keys -- rotate    makes a new one, which takes over in a minute; nobody is signed out`;

const notYet = 'There are no keys yet, or of an older release. Start auth-service once.';

try {
  process.exitCode = await main();
} catch (error) {
  const isReadable = error instanceof SettingsError || (error instanceof Error && /signing key/.test(error.message));
  console.error(isReadable ? error.message : error);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const [command, ...surplus] = process.argv.slice(2);
  if (surplus.length > 0 || (command !== 'list' && command !== 'rotate')) return refuse(usage);
  const { database: settings, keysSecret } = readProgramSettings(process.env);
  // A look must not make an empty database.
  if (settings.dialect === 'sqlite' && !existsSync(settings.file)) return refuse(notYet);
  const database = await openDatabase(settings, createLogger({ service: 'keys', level: 'silent' }));
  try {
    if (!(await isUpToDate(database))) return refuse(notYet);
    if (command === 'rotate') await rotate(database, keysSecret);
    for (const key of await readKeyStandings(database)) {
      console.log(`${key.id}  made ${toInstant(key.createdAtMs)}  ${describe(key)}`);
    }
    return 0;
  } finally {
    await database.close();
  }
}

function refuse(reason: string): number {
  console.error(reason);
  return 2;
}

/** Whether the service has made its tables, in the form of this release. */
async function isUpToDate({ sequelize }: Database): Promise<boolean> {
  const queryInterface = sequelize.getQueryInterface();
  const tables = (await queryInterface.showAllTables()).map(String);
  if (!tables.includes('signing_keys') || !tables.includes('audit_log_head')) return false;
  return 'leaves_at_ms' in (await queryInterface.describeTable('signing_keys'));
}

async function rotate(database: Database, keysSecret: string): Promise<void> {
  const { sealing: sealingKey, audit: auditKey } = await deriveKeys(keysSecret);
  const audit = createAuditLog(database, createAuditSeals(auditKey));
  const { key, isNew } = await rotateKeys({ database, audit }, { sealingKey, nowMs: Date.now() });
  const from = toInstant(key.signsFromMs ?? key.createdAtMs);
  console.log(
    isNew
      ? `${key.id} was made. It is published now and signs from ${from} on; the one before leaves about 17 minutes later, when its last token has ended. Nothing has to be restarted.\n`
      : `${key.id} waits to take over already, at ${from}; no other one was made.\n`,
  );
}

function describe({ signs, signsFromMs, leavesAtMs }: KeyStanding): string {
  if (signs) return 'signs';
  if (leavesAtMs !== null) return `is published until ${toInstant(leavesAtMs)}, for tokens that it signed`;
  return `signs from ${toInstant(signsFromMs ?? 0)} on`;
}
