import { DatabaseError } from 'sequelize';
import { expect, test } from 'vitest';
import { withRequestContext } from '../http/request-context.ts';
import { createLogger } from './logger.ts';

/** Logs and returns the line as it was written. */
function lineOf(facts: object, message = 'something happened'): string {
  const lines: string[] = [];
  const log = createLogger({ service: 'test', level: 'info' }, { write: (line) => lines.push(line) });
  withRequestContext({ requestId: 'req_1' }, () => log.info(facts, message));
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

test('a line is one JSON object that carries the id of the request', () => {
  expect(JSON.parse(lineOf({ flights: 3 }))).toMatchObject({
    level: 'info',
    service: 'test',
    requestId: 'req_1',
    flights: 3,
    msg: 'something happened',
  });
});

test.for([
  { password: 'hunter2' },
  { user: { passwordHash: 'hunter2' } },
  { request: { headers: { authorization: 'hunter2', cookie: 'hunter2', 'set-cookie': ['hunter2'] } } },
  { session: { refreshToken: 'hunter2', accessToken: 'hunter2' } },
  { deep: [{ list: [{ internalSecret: 'hunter2', apiKey: 'hunter2' }] }] },
  { url: 'mysql://jetbridge:hunter2@db.internal:3306/airline_auth' },
  { header: 'Bearer hunter2' },
  { error: new Error('connect amqp://guest:hunter2@mq.internal failed') },
  { error: new Error('outer', { cause: new Error('smtp://:hunter2@mail.internal is away') }) },
  { error: new AggregateError([new Error('redis://default:hunter2@cache.internal is away')]) },
  { error: Object.assign(new Error('refused'), { options: { password: 'hunter2' }, body: 'hunter2' }) },
  { error: failedInsert("INSERT INTO users (password_hash) VALUES ('hunter2')") },
])('no secret reaches a line: %o', (facts) => {
  expect(lineOf(facts)).not.toContain('hunter2');
});

test('a JWT is not written wherever it stands', () => {
  const token = `eyJhbGciOiJFUzI1NiJ9.${Buffer.from('{"sub":"usr_1"}').toString('base64url')}.c2lnbmF0dXJl`;
  expect(lineOf({ error: new Error(`${token} was refused`) })).not.toContain(token);
});

test('an error keeps what explains it', () => {
  const cause = Object.assign(new Error('away'), { code: 'ECONNREFUSED', port: 3306 });
  const { error } = JSON.parse(lineOf({ error: new Error('the database is away', { cause }) }));
  expect(error).toMatchObject({
    type: 'Error',
    message: 'the database is away',
    stack: expect.stringContaining('logger.test.ts'),
    cause: { message: 'away', code: 'ECONNREFUSED', port: 3306 },
  });
});

function failedInsert(sql: string): DatabaseError {
  return new DatabaseError(Object.assign(new Error('constraint failed'), { sql, parameters: {} }));
}
