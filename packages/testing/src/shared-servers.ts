import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MariadbServer, startMariadb } from './mariadb-server.ts';
import { type RabbitmqServer, startRabbitmq } from './rabbitmq-server.ts';

/** The servers that all test files of a run share. */
export type SharedServers = {
  /** Where test files ask for a server, by HTTP: see `shared-servers-client.ts`. */
  readonly address: string;
  stop(): Promise<void>;
};

/**
 * Opens the desk where test files ask for the shared MariaDB and RabbitMQ. A server starts when the first file asks for
 * it, so a run that needs none waits for none.
 */
export async function openSharedServers(): Promise<SharedServers> {
  // What is committed here need not survive a power cut, which makes the many migrations of a run faster.
  const mariadb = startedOnce(() => startMariadb({ flushLogAtCommit: 2 }));
  const rabbitmq = startedOnce(startRabbitmq);
  const desk = createServer((req, res) => {
    answer(req).then(
      (body) => res.end(body),
      (error: unknown) => res.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');

  async function answer(req: IncomingMessage): Promise<string> {
    const [, kind, name] = req.url?.split('/') ?? [];
    if (req.method === 'GET' && kind === 'mariadb') return (await mariadb.server()).url;
    if (req.method === 'POST' && kind === 'virtual-hosts') return (await rabbitmq.server()).createVirtualHost(name);
    if (req.method === 'DELETE' && kind === 'virtual-hosts' && name) {
      await (await rabbitmq.server()).deleteVirtualHost(name);
      return '';
    }
    throw new Error(`The shared servers do not know ${req.method} ${req.url}.`);
  }

  return {
    // A server that listens on a TCP port has an AddressInfo; strings are for pipes.
    address: `http://127.0.0.1:${(desk.address() as AddressInfo).port}`,
    stop: async () => {
      desk.close();
      desk.closeAllConnections();
      await Promise.all([mariadb.stop(), rabbitmq.stop()]);
    },
  };
}

/** Remembers the start, so that all who ask wait for the same server. */
function startedOnce<Server extends MariadbServer | RabbitmqServer>(start: () => Promise<Server>) {
  let starting: Promise<Server> | undefined;
  return {
    server(): Promise<Server> {
      starting ??= start();
      return starting;
    },
    async stop(): Promise<void> {
      // Whoever asked for a server that could not start was told so.
      const server = await starting?.catch(() => undefined);
      await server?.stop();
    },
  };
}
