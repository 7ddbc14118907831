// `npm run audit -- verify`: examines the audit log in the database that the settings name. The services may be running.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SettingsError } from '@jetbridge/service-kit/config/settings.ts';
import { openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { readProgramSettings } from './config.ts';
import { createAuditSeals } from './credentials/audit-seals.ts';
import { deriveKeys } from './credentials/sealing.ts';
import { type AuditHead, createAuditLog } from './db/audit-log.ts';
import { verifyAuditLog } from './use-cases/verify-audit-log.ts';

const usage = `Usage: npm run audit -- verify [--anchor POSITION:HASH]

Finds entries of the audit log that were changed, removed, moved or inserted. It ends with the anchor of the log: keep it
where nobody with access to the database can change it, and a later run tells whether the log was cut back since.`;

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const request = readArguments();
  if (!request) {
    console.error(usage);
    return 2;
  }
  const { database: settings, keysSecret } = readProgramSettings(process.env);
  if (settings.dialect === 'sqlite' && !existsSync(settings.file)) {
    console.error(`There is no database at ${settings.file}.`);
    return 2;
  }
  const seals = createAuditSeals((await deriveKeys(keysSecret)).audit);
  const database = await openDatabase(settings, createLogger({ service: 'audit', level: 'silent' }));
  try {
    const { entries, erased, findings, head } = await verifyAuditLog(
      { audit: createAuditLog(database, seals), seals },
      request,
    );
    for (const finding of findings) console.error(finding);
    const summary = `${entries} entries, ${erased} of them with erased addresses`;
    if (findings.length > 0) {
      console.error(`The audit log is not as it was written: ${summary}.`);
      return 1;
    }
    console.log(`The audit log is as it was written: ${summary}.\nanchor ${head.position}:${head.hash}`);
    return 0;
  } finally {
    await database.close();
  }
}

function readArguments(): { anchor: AuditHead | undefined } | undefined {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { anchor: { type: 'string' } } });
    const [, position, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(values.anchor ?? '') ?? [];
    const isAsked = positionals.length === 1 && positionals[0] === 'verify';
    if (!isAsked || (values.anchor !== undefined && hash === undefined)) return undefined;
    return { anchor: hash === undefined ? undefined : { position: Number(position), hash } };
  } catch {
    return undefined;
  }
}
