import { createConnection } from 'mysql2/promise';

/** Makes an empty database as the services make theirs, and returns its URL. An Error if the name is taken. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  await execute(serverUrl, [`CREATE DATABASE ${quoted(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`]);
  return databaseUrl(serverUrl, name);
}

/** Drops the databases that exist of those named. */
export async function dropDatabases(serverUrl: string, names: readonly string[]): Promise<void> {
  await execute(
    serverUrl,
    names.map((name) => `DROP DATABASE IF EXISTS ${quoted(name)}`),
  );
}

/** The URL of a database on a server, whether it exists or not. */
export function databaseUrl(serverUrl: string, name: string): string {
  return new URL(`/${name}`, serverUrl).href;
}

async function execute(serverUrl: string, statements: readonly string[]): Promise<void> {
  const connection = await createConnection(serverUrl);
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

function quoted(name: string): string {
  if (!/^\w{1,64}$/.test(name)) {
    throw new Error(`"${name}" is no name for a test database: use up to 64 letters, digits and underscores.`);
  }
  return `\`${name}\``;
}
