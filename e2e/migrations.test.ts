import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readProfile } from '@jetbridge/service-kit/config/profile.ts';
import { migrate } from '@jetbridge/service-kit/database/migrate.ts';
import { type Database, openDatabase } from '@jetbridge/service-kit/database/open-database.ts';
import { createLogger } from '@jetbridge/service-kit/log/logger.ts';
import { describeOnEachDatabase } from '@jetbridge/testing/databases.ts';
import { readSchema } from '@jetbridge/testing/read-schema.ts';
import { testInternalSecret } from '@jetbridge/testing/service.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { describe, expect, test } from 'vitest';

const services = [
  { service: 'auth-service', setting: 'AUTH_DATABASE_URL', database: 'airline_auth' },
  { service: 'flight-search-service', setting: 'FLIGHT_DATABASE_URL', database: 'airline_flight' },
  { service: 'booking-service', setting: 'BOOKING_DATABASE_URL', database: 'airline_booking' },
  { service: 'reminder-service', setting: 'REMINDER_DATABASE_URL', database: 'airline_reminder' },
] as const;

/** A row as the first migration knew it; the later ones must keep it. */
const bookingOfTheFirstRelease = `INSERT INTO bookings
  (id, reference, user_id, status, contact_email, total_minor, currency, version, created_at_ms, updated_at_ms)
  VALUES ('bkg_1', 'K7QX2M', 'usr_1', 'confirmed', 'ada@example.com', 29900, 'USD', 1, 1, 1)`;

const log = createLogger({ service: 'test', level: 'fatal' });
const folderOf = (service: string) => join(import.meta.dirname, '..', service, 'migrations');
const toUrl = (folder: string) => pathToFileURL(`${folder}/`);

describe.for(services)('the migrations of $service', ({ service, ...names }) => {
  const schemas = new Map<string, unknown>();

  describeOnEachDatabase('bring a database', (database) => {
    const open = (): Promise<Database> => {
      const profile = readProfile({ ...database.settings(), INTERNAL_SECRET: testInternalSecret }, names);
      return openDatabase(profile.database, log);
    };

    test('from any earlier release to the newest schema, two processes at once, and a second time changes nothing', async () => {
      const files = readdirSync(folderOf(service)).toSorted();
      const earlier = temporaryFolder('migrations');
      const own = await open();
      for (const [index, file] of files.entries()) {
        mkdirSync(join(earlier.path, String(index)));
        for (const done of files.slice(0, index + 1)) {
          copyFileSync(join(folderOf(service), done), join(earlier.path, String(index), done));
        }
        await migrate(own, toUrl(join(earlier.path, String(index))), log);
        const [newest] = await own.sequelize.query('SELECT name FROM migrations WHERE name = ?', {
          replacements: [file.replace(/\.ts$/, '')],
        });
        expect(newest).toHaveLength(1);
        if (service === 'booking-service' && index === 0) await own.sequelize.query(bookingOfTheFirstRelease);
      }
      const other = await open();
      await Promise.all([own, other].map((one) => migrate(one, toUrl(folderOf(service)), log)));
      if (service === 'booking-service') {
        const [kept] = await own.sequelize.query('SELECT id, reference, total_minor FROM bookings');
        expect(kept).toEqual([{ id: 'bkg_1', reference: 'K7QX2M', total_minor: 29_900 }]);
      }
      schemas.set(database.kind, await readSchema(own));
      await Promise.all([own.close(), other.close()]);
      earlier.remove();
    });
  });

  test('make the same tables, columns, keys and checks on both databases', () => {
    const [onSqlite, onMariadb] = [schemas.get('sqlite'), schemas.get('mariadb')];
    // Where MariaDB could not be had, the suite above is reported as skipped.
    if (onMariadb) expect(onMariadb).toEqual(onSqlite);
    expect(Object.keys(onSqlite ?? {})).toContain('outbox');
  });
});
