import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** A statement of a transaction on its way to the server; START TRANSACTION and COMMIT are statements too. */
export type TransactionStatement = { readonly sql: string };

/**
 * `cut` ends the connection before the server has the statement, `cut_after` when it has answered it, but nobody got the
 * answer. `deadlock` and `lock_timeout` let the server answer with error 1213 or 1205 instead of doing it.
 */
export type StatementFault = 'cut' | 'cut_after' | 'deadlock' | 'lock_timeout';

/** Stands between a service and its MySQL or MariaDB server, and spoils the statements it is told to. */
export type MysqlFaultProxy = {
  /** The same URL as the server's, at the proxy. */
  urlFor: (serverUrl: string) => string;
  /** From now on asks about each statement of a transaction whether something shall go wrong; nothing does without. */
  spoil: (choose: ((statement: TransactionStatement) => StatementFault | undefined) | undefined) => void;
  stop: () => Promise<void>;
};

/** From the manual of the protocol: what a client's packet begins with when it carries a statement. */
const commands = { query: 0x03, prepare: 0x16, execute: 0x17 } as const;
const headerBytes = 4;

const signals = {
  deadlock: "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'Deadlock found'",
  lock_timeout: "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205, MESSAGE_TEXT = 'Lock wait timeout exceeded'",
} as const;

/** Starts a proxy in front of the server at this URL. */
export async function startMysqlFaultProxy(serverUrl: string): Promise<MysqlFaultProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let choose: ((statement: TransactionStatement) => StatementFault | undefined) | undefined;

  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port || 3306), noDelay: true });
    client.setNoDelay(true);
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        sockets.delete(socket);
        cut();
      });
    }
    let isInTransaction = false;
    let losesAnswer = false;
    let pending = Buffer.alloc(0);

    upstream.on('data', (data) => (losesAnswer ? cut() : client.write(data)));
    client.on('data', (data) => {
      pending = Buffer.concat([pending, data]);
      for (let length = packetLength(pending); length !== undefined; length = packetLength(pending)) {
        pass(pending.subarray(0, length));
        pending = pending.subarray(length);
      }
    });

    function pass(packet: Buffer): void {
      const sql = statementOf(packet);
      if (sql !== undefined && /^START TRANSACTION/i.test(sql)) isInTransaction = true;
      const fault = sql !== undefined && isInTransaction ? choose?.({ sql }) : undefined;
      if (sql !== undefined && /^(COMMIT|ROLLBACK)\b/i.test(sql)) isInTransaction = false;
      switch (fault) {
        case undefined:
          upstream.write(packet);
          return;
        case 'cut':
          cut();
          return;
        case 'cut_after':
          losesAnswer = true;
          upstream.write(packet);
          return;
        case 'deadlock':
        case 'lock_timeout':
          upstream.write(queryPacket(signals[fault]));
      }
    }
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    urlFor: (url) => {
      const proxied = new URL(url);
      proxied.hostname = '127.0.0.1';
      proxied.port = String(port);
      return proxied.href;
    },
    spoil: (next) => {
      choose = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** How many bytes the first packet has, or nothing while it is not all there. */
function packetLength(bytes: Buffer): number | undefined {
  if (bytes.length < headerBytes) return undefined;
  const length = headerBytes + bytes.readUIntLE(0, 3);
  return bytes.length < length ? undefined : length;
}

/** The statement a packet carries. Commands begin a new sequence; what belongs to the login never does. */
function statementOf(packet: Buffer): string | undefined {
  if (packet[3] !== 0) return undefined;
  switch (packet[headerBytes]) {
    case commands.query:
    case commands.prepare:
      return packet.toString('utf8', headerBytes + 1);
    case commands.execute:
      return '(a prepared statement)';
    default:
      return undefined;
  }
}

function queryPacket(sql: string): Buffer {
  const body = Buffer.concat([Buffer.of(commands.query), Buffer.from(sql)]);
  const header = Buffer.alloc(headerBytes);
  header.writeUIntLE(body.length, 0, 3);
  return Buffer.concat([header, body]);
}
