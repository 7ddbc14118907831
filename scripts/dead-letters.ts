// `npm run dead-letters`: for people who look after events that a service could not handle. Works on the databases of
// the services' settings; the services may be running, and must be for a replay to be carried out.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type WorkingService, workSubscriptions } from '@jetbridge/contracts/events/catalogue.ts';
import { readDatabaseSettings } from '@jetbridge/service-kit/config/profile.ts';
import { SettingsError } from '@jetbridge/service-kit/config/settings.ts';
import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import {
  type DeadLetter,
  dropDeadLetter,
  listDeadLetters,
  readDeadLetter,
  requestReplay,
} from '@jetbridge/service-kit/events/dead-letters.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { toInstant } from '@jetbridge/service-kit/time/instants.ts';
import { databaseNames } from './database-settings.ts';
import { readEnvironmentFile } from './environment-file.ts';

const usage = `Events that a service could not handle, and what to do about them:

  npm run dead-letters -- list           what there is, the newest first
  npm run dead-letters -- show ID        one of them, with its error and its event
  npm run dead-letters -- replay ID      have its service try it again, after the cause was repaired
  npm run dead-letters -- drop ID        give it up for good

  --service NAME   look only there: auth-service, flight-search-service, booking-service or reminder-service`;

// The keys of a literal are its own and no others.
const workingServices = Object.keys(workSubscriptions) as WorkingService[];

/** The most letters of one service that a list shows. */
const longestList = 100;

/** What was asked cannot be done, for a reason the person can mend. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

const log = createLogger({ service: 'dead-letters', level: 'silent' });

try {
  readEnvironmentFile();
  await main();
} catch (error) {
  if (!(error instanceof RefusedError || error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { command, id, services } = readArguments();
  switch (command) {
    case 'list':
      return list(services);
    case 'show':
      return atOwner(services, id, async (_, letter, service) => show(letter, service));
    case 'replay':
      return atOwner(services, id, async (database, letter, service) => {
        await requestReplay(database, letter.id, { service });
        console.log(
          `${service} will try ${letter.id} again within seconds, if it runs. "show" tells when it failed again.`,
        );
      });
    case 'drop':
      return atOwner(services, id, async (database, letter, service) => {
        await dropDeadLetter(database, letter.id, { service });
        console.log(`${letter.id} of ${service} is gone for good.`);
      });
    default:
      throw new RefusedError(usage);
  }
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({ options: { service: { type: 'string' } }, allowPositionals: true });
    const [command, id] = positionals;
    return { command, id, services: chooseServices(values.service) };
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    throw new RefusedError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function chooseServices(chosen: string | undefined): WorkingService[] {
  if (chosen === undefined) return workingServices;
  const services = workingServices.filter((name) => name === chosen);
  if (services.length === 0) throw new RefusedError(`No service that works on events is called ${chosen}.\n\n${usage}`);
  return services;
}

async function list(services: readonly WorkingService[]): Promise<void> {
  let found = 0;
  for (const service of services) {
    await withDatabase(service, async (database) => {
      const letters = await listDeadLetters(database, longestList);
      found += letters.length;
      for (const letter of letters) {
        const [error = ''] = letter.error.split('\n');
        const asked = letter.replayRequestedAtMs === null ? '' : '  (replay asked for)';
        console.log(`${letter.id}  ${toInstant(letter.deadAtMs)}  ${service}  ${letter.type}${asked}\n    ${error}`);
      }
      if (letters.length === longestList) console.log(`    … ${service} may have more; drop or replay some.`);
    });
  }
  if (found === 0) console.log('There are no dead letters.');
}

function show(letter: DeadLetter, service: string): void {
  const asked =
    letter.replayRequestedAtMs === null ? '' : `\nreplay:  asked for ${toInstant(letter.replayRequestedAtMs)}`;
  console.log(`letter:  ${letter.id}
service: ${service}
event:   ${letter.eventId} (${letter.type})
died:    ${toInstant(letter.deadAtMs)}${asked}
error:   ${letter.error.replaceAll('\n', '\n         ')}

${readable(letter.envelope)}`);
}

/** What is no JSON is shown as it came: that is what was wrong with it. */
function readable(envelope: string): string {
  try {
    return JSON.stringify(JSON.parse(envelope), undefined, 2);
  } catch {
    return envelope;
  }
}

async function atOwner(
  services: readonly WorkingService[],
  id: string | undefined,
  work: (database: Database, letter: DeadLetter, service: WorkingService) => Promise<void>,
): Promise<void> {
  if (id === undefined) throw new RefusedError(`Which one? Name its id.\n\n${usage}`);
  let found = false;
  for (const service of services) {
    await withDatabase(service, async (database) => {
      const letter = found ? undefined : await readDeadLetter(database, id);
      if (!letter) return;
      found = true;
      await work(database, letter, service);
    });
  }
  if (!found) throw new RefusedError(`There is no dead letter ${id} in ${services.join(', ')}.`);
}

/** Opens the service's database if it has one already; a look at it must not make an empty one. */
async function withDatabase(service: WorkingService, work: (database: Database) => Promise<void>): Promise<void> {
  const settings = readDatabaseSettings(process.env, databaseNames[service]);
  if (settings.dialect === 'sqlite' && !existsSync(settings.file)) return;
  const database = await openDatabase(settings, log);
  try {
    const queryInterface = database.sequelize.getQueryInterface();
    const tables = await queryInterface.showAllTables();
    if (!tables.map(String).includes('dead_letters')) return;
    const columns = await queryInterface.describeTable('dead_letters');
    if (!columns.replay_requested_at_ms) {
      throw new RefusedError(
        `The database of ${service} is older than this program. Start the service once: it brings it up to date.`,
      );
    }
    await work(database);
  } finally {
    await database.close();
  }
}
