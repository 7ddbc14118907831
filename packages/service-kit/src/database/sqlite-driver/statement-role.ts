/**
 * What a statement means for locks and for the connection's state:
 * `begin-write`, `begin-read`, `commit`, `rollback`, `savepoint` (also releasing it and rolling back to it) move the
 * transaction; `write` and `script` need the write lock; `read` does not; `setting` changes the connection itself;
 * `already-set` is a setting that every handle has anyway.
 */
export type StatementRole =
  | 'begin-write'
  | 'begin-read'
  | 'commit'
  | 'rollback'
  | 'savepoint'
  | 'read'
  | 'write'
  | 'script'
  | 'setting'
  | 'already-set';

const firstWord = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*([a-z]+)/i;

/** Tells the role of one SQL statement by its first words. What it does not know counts as a write. */
export function statementRole(sql: string): StatementRole {
  switch (firstWord.exec(sql)?.[1]?.toUpperCase()) {
    case 'SELECT':
    case 'VALUES':
    case 'EXPLAIN':
      return 'read';
    case 'BEGIN':
      return /\bBEGIN\s+(?:IMMEDIATE|EXCLUSIVE)\b/i.test(sql) ? 'begin-write' : 'begin-read';
    case 'COMMIT':
    case 'END':
      return 'commit';
    case 'ROLLBACK':
      return /\bROLLBACK\s+(?:TRANSACTION\s+)?TO\b/i.test(sql) ? 'savepoint' : 'rollback';
    case 'SAVEPOINT':
    case 'RELEASE':
      return 'savepoint';
    case 'WITH':
      return writeAfterWith.test(sql) ? 'write' : 'read';
    case 'CREATE':
      return /\bCREATE\s+TEMP/i.test(sql) ? 'setting' : 'write';
    case 'PRAGMA':
      return pragmaRole(sql);
    case 'ATTACH':
    case 'DETACH':
      return 'setting';
    default:
      return 'write';
  }
}

// A WITH that only reads but holds these words in a string waits its turn for nothing; that is its only harm.
const writeAfterWith = /\b(?:INSERT|REPLACE)\s+(?:OR\s+\w+\s+)?INTO\b|\bDELETE\s+FROM\b|\bUPDATE\b[\s\S]*\bSET\b/i;

const pragmaName = /\bPRAGMA\s+(?:\w+\.)?(\w+)\s*([=(]?)/i;
const foreignKeysOn = /\bFOREIGN_KEYS\s*=\s*ON\b/i;
const readingPragmas: ReadonlySet<string> = new Set([
  'foreign_key_check',
  'foreign_key_list',
  'index_info',
  'index_list',
  'index_xinfo',
  'integrity_check',
  'quick_check',
  'table_info',
  'table_list',
  'table_xinfo',
  'wal_checkpoint',
]);

function pragmaRole(sql: string): StatementRole {
  const [, name = '', argument = ''] = pragmaName.exec(sql) ?? [];
  const pragma = name.toLowerCase();
  if (argument === '' || readingPragmas.has(pragma)) {
    return 'read';
  }
  if (pragma === 'read_uncommitted' || (pragma === 'foreign_keys' && foreignKeysOn.test(sql))) {
    // Sequelize sends the one for every connection and the other for READ COMMITTED. Without a shared cache, which
    // this driver never opens, SQLite reads only what is committed either way.
    return 'already-set';
  }
  // It ends with the transaction and leaves nothing behind on the handle.
  return pragma === 'defer_foreign_keys' ? 'read' : 'setting';
}
