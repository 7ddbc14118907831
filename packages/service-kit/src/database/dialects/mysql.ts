import { createConnection } from 'mysql2/promise';
import { QueryTypes, type Sequelize } from 'sequelize';
import { type Dialect, insertStatement, isUniqueViolation, otherColumns } from '../dialect.ts';

/** Deadlock, lock wait timeout, and MariaDB's "record has changed since last read". */
const retryableErrors = new Set([1213, 1205, 1020]);

/** How long a process waits for another one that migrates. */
const migrationWaitSeconds = 120;

/** Quotes are doubled rather than escaped, which holds in every SQL mode; only backslashes depend on the usual one. */
function writeText(text: string): string {
  return /['\\\0]/.test(text)
    ? `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\0', '\\0')}'`
    : `'${text}'`;
}

export const mysqlDialect: Dialect = {
  name: 'mysql',
  types: { autoId: 'BIGINT AUTO_INCREMENT PRIMARY KEY', longText: 'MEDIUMTEXT' },
  nowMs: 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED)',
  forUpdate: 'FOR UPDATE',
  forUpdateSkipLocked: 'FOR UPDATE SKIP LOCKED',
  writeText,
  insertOrKeep: async (sequelize, table, rows, tx) => {
    if (rows.length === 0) return;
    const sql = insertStatement(table, rows, writeText);
    // INSERT IGNORE would swallow failed checks as well; setting a column to itself only keeps what is there.
    const [column] = Object.keys(rows[0] ?? {});
    await sequelize.query(`${sql} ON DUPLICATE KEY UPDATE ${column} = ${table}.${column}`, {
      transaction: tx,
      type: QueryTypes.RAW,
    });
  },
  insertOrReplace: async (sequelize, table, rows, key, tx) => {
    if (rows.length === 0) return;
    const sql = insertStatement(table, rows, writeText);
    // MySQL would rather have an alias than VALUES(), but MariaDB does not know it.
    const changes = otherColumns(rows, key).map((column) => `${column} = VALUES(${column})`);
    await sequelize.query(`${sql} ON DUPLICATE KEY UPDATE ${changes.join(', ')}`, {
      transaction: tx,
      type: QueryTypes.RAW,
    });
  },
  isRetryable: (error) => retryableErrors.has(Number(driverError(error).errno)),
  isUniqueViolation,
  isUnavailable: (error) => {
    const { name, fatal, errno } = driverError(error);
    return (
      fatal === true || /Connection|HostNotFound|HostNotReachable|AcquireTimeout/.test(name) || Number(errno) === 1053
    );
  },
  whileMigrating: async (sequelize, work) => {
    const connection = await createConnection(connectionUrl(sequelize));
    try {
      const name = `migrate:${sequelize.getDatabaseName()}`.slice(0, 64);
      const [rows] = await connection.query('SELECT GET_LOCK(?, ?) AS got', [name, migrationWaitSeconds]);
      if (!Array.isArray(rows) || Number(Object.values(rows[0] ?? {})[0]) !== 1) {
        throw new Error(
          `Another process has been migrating ${sequelize.getDatabaseName()} for ${migrationWaitSeconds} s.`,
        );
      }
      // MySQL commits with each change of a table; the lock, which the connection holds, keeps other processes out.
      await work(undefined);
    } finally {
      await connection.end();
    }
  },
  closed: () => {},
};

/** Creates the database a URL names, in utf8mb4 with binary comparison, unless it is there. */
export async function createMissingMysqlDatabase(url: string): Promise<void> {
  const target = new URL(url);
  const database = decodeURIComponent(target.pathname.slice(1));
  if (!/^[A-Za-z0-9_$-]{1,64}$/.test(database)) {
    throw new Error(
      `The database's URL must end with its name (letters, digits, underscores), but ends with "${database}".`,
    );
  }
  target.pathname = '/';
  const connection = await createConnection({ uri: target.href.replace(/^mariadb:/, 'mysql:'), connectTimeout: 5_000 });
  try {
    const [rows] = await connection.query('SELECT 1 FROM information_schema.schemata WHERE schema_name = ?', [
      database,
    ]);
    if (Array.isArray(rows) && rows.length > 0) return;
    await connection.query(`CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  } finally {
    await connection.end();
  }
}

function connectionUrl(sequelize: Sequelize) {
  const { host, port, username, password, database } = sequelize.config;
  return {
    host: host ?? '127.0.0.1',
    port: Number(port ?? 3306),
    user: username,
    ...(password ? { password } : {}),
    database,
  };
}

function driverError(error: unknown): { name: string; errno?: unknown; fatal?: unknown } {
  if (!(error instanceof Error)) return { name: '' };
  const parent: unknown = 'parent' in error ? error.parent : error;
  return typeof parent === 'object' && parent !== null ? { name: error.name, ...parent } : { name: error.name };
}
