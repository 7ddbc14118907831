import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { QueryTypes } from 'sequelize';

/** Types by what they hold: SQLite has fewer words for them, and MariaDB writes lengths its own way. */
const typeNames: Readonly<Record<string, string>> = {
  'int(11)': 'integer',
  'bigint(20)': 'bigint',
  mediumtext: 'text',
  'double precision': 'double',
};

/**
 * The tables of a database with their columns, keys and number of checks, in words that mean the same on SQLite and MariaDB.
 */
export async function readSchema(database: Database): Promise<Record<string, unknown>> {
  const queryInterface = database.sequelize.getQueryInterface();
  const tables = await queryInterface.showAllTables();
  const schema: Record<string, unknown> = {};
  for (const table of tables.map(String).toSorted()) {
    const columns = Object.entries(await queryInterface.describeTable(table)).map(([name, column]) => {
      const type = column.type.toLowerCase();
      // A key that counts up is INTEGER on SQLite whatever its width; nothing else may be.
      const isCounter = table === 'outbox' && name === 'id';
      return {
        name,
        type: isCounter ? 'counter' : (typeNames[type] ?? type),
        isNullable: column.primaryKey ? false : column.allowNull,
        isKey: column.primaryKey,
      };
    });
    const [keys, checks] = [await readKeys(database, table), await countChecks(database, table)];
    schema[table] = { columns, keys, checks };
  }
  return schema;
}

/** Every index but the primary key, which stands with the columns: its columns, and whether it is unique. */
async function readKeys(database: Database, table: string): Promise<string[]> {
  // The types of Sequelize call this `object`.
  const indexes = (await database.sequelize.getQueryInterface().showIndex(table)) as {
    primary: boolean;
    unique: boolean;
    name: string;
    fields: { attribute: string }[];
    origin?: string;
  }[];
  return indexes
    .filter((index) => !index.primary && index.origin !== 'pk')
    .map((index) => `${index.unique ? 'unique ' : ''}(${index.fields.map(({ attribute }) => attribute).join(', ')})`)
    .toSorted();
}

/** How many CHECK constraints a table has; nameless ones are named by MariaDB alone. */
async function countChecks({ sequelize, dialect }: Database, table: string): Promise<number> {
  if (dialect.name === 'sqlite') {
    const [row] = await sequelize.query<{ sql: string }>('SELECT sql FROM sqlite_master WHERE name = ?', {
      replacements: [table],
      type: QueryTypes.SELECT,
    });
    return row?.sql.match(/\bCHECK\s*\(/g)?.length ?? 0;
  }
  const rows = await sequelize.query(
    'SELECT 1 FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND table_name = ?',
    { replacements: [table], type: QueryTypes.SELECT },
  );
  return rows.length;
}
