import { type AddressInfo, createServer, connect as openSocket, type Socket } from 'node:net';

/** What befalls a statement. `cut`: it never arrives. `lose_answer`: it arrives, and nobody hears what came of it. */
export type StatementFault = 'cut' | 'lose_answer' | 'deadlock' | 'lock_timeout';

/** Which statement a fault meets: the n-th, from 1, of the t-th transaction, from 1, whose first statement has the text. */
export type FaultPlan = {
  readonly marker: string;
  readonly transaction: number;
  readonly statement: number;
  readonly fault: StatementFault;
};

/** A proxy in front of a MySQL or MariaDB server that hurts one statement of one transaction. */
export type MysqlFaultProxy = {
  readonly port: number;
  /** From now on this fault is waited for, and no other. */
  readonly plan: (plan: FaultPlan) => void;
  /** Whether the fault that was planned last has happened. */
  readonly hasStruck: () => boolean;
  /** The statements of marked transactions since the last plan, each transaction by itself. */
  readonly transactions: () => readonly (readonly string[])[];
  readonly stop: () => Promise<void>;
};

const commandQuery = 3;
const headerBytes = 4;

/** The server answers these with the error numbers that deadlocks and lock timeouts have; SIGNAL needs no procedure. */
const errorStatements = {
  deadlock: "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'Deadlock found'",
  lock_timeout: "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205, MESSAGE_TEXT = 'Lock wait timeout exceeded'",
} as const;

/** Starts a proxy to a server on this machine that speaks the protocol without TLS and without compression. */
export async function startMysqlFaultProxy(serverPort: number): Promise<MysqlFaultProxy> {
  let planned: FaultPlan | undefined;
  let struck = false;
  let transactions: string[][] = [];
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = openSocket(serverPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    let isAnswerLost = false;
    upstream.on('data', (bytes: Buffer) => {
      if (isAnswerLost) client.destroy();
      else client.write(bytes);
    });

    // Between START TRANSACTION and its end; `current` while that transaction is a marked one.
    let begins = false;
    let current: string[] | undefined;

    function faultOf(sql: string): StatementFault | undefined {
      if (/^START TRANSACTION/i.test(sql)) {
        begins = true;
        current = undefined;
        return undefined;
      }
      if (begins && planned && sql.includes(planned.marker)) {
        current = [];
        transactions.push(current);
      }
      begins = false;
      if (!current) return undefined;
      current.push(sql);
      const isMeant = transactions.length === planned?.transaction && current.length === planned.statement;
      if (/^(?:COMMIT|ROLLBACK)/i.test(sql)) current = undefined;
      if (!isMeant || struck) return undefined;
      struck = true;
      return planned?.fault;
    }

    function pass(packet: Buffer): void {
      const isQuery = packet[3] === 0 && packet[headerBytes] === commandQuery;
      const fault = isQuery ? faultOf(packet.subarray(headerBytes + 1).toString('utf8')) : undefined;
      switch (fault) {
        case undefined:
          upstream.write(packet);
          return;
        case 'cut':
          client.destroy();
          return;
        case 'lose_answer':
          isAnswerLost = true;
          upstream.write(packet);
          return;
        case 'deadlock':
        case 'lock_timeout':
          upstream.write(queryPacket(errorStatements[fault]));
      }
    }

    let pending = Buffer.alloc(0);
    client.on('data', (bytes: Buffer) => {
      pending = Buffer.concat([pending, bytes]);
      while (pending.length >= headerBytes) {
        const length = headerBytes + pending.readUIntLE(0, 3);
        if (pending.length < length) return;
        pass(pending.subarray(0, length));
        pending = pending.subarray(length);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // A server that listens on TCP has an address of this form.
    port: (server.address() as AddressInfo).port,
    plan: (plan) => {
      planned = plan;
      struck = false;
      transactions = [];
    },
    hasStruck: () => struck,
    transactions: () => transactions,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function queryPacket(sql: string): Buffer {
  const body = Buffer.concat([Buffer.from([commandQuery]), Buffer.from(sql)]);
  const header = Buffer.alloc(headerBytes);
  header.writeUIntLE(body.length, 0, 3);
  return Buffer.concat([header, body]);
}
