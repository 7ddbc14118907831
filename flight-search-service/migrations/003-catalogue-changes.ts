import type { MigrationContext } from '@jetbridge/service-kit/database/migrate.ts';

export async function up({ run }: MigrationContext): Promise<void> {
  for (const table of ['airports', 'airlines', 'airplanes']) {
    await run(`ALTER TABLE ${table} ADD COLUMN version INTEGER NOT NULL DEFAULT 1`);
  }
  await run('ALTER TABLE airports ADD COLUMN connecting_minutes VARCHAR(200)');
  await run(`CREATE TABLE cities (
    code VARCHAR(3) NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    country VARCHAR(2) NOT NULL,
    name_folded VARCHAR(200) NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
  )`);
  await run('CREATE INDEX flights_by_destination ON flights (destination_code)');
  await run('CREATE INDEX flights_by_airline ON flights (airline_code)');
  await run('CREATE INDEX flights_by_airplane ON flights (airplane_id)');
}
