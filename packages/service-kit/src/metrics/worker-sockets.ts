import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Stoppable } from '../lifecycle/loop.ts';
import type { MetricsSnapshot } from './metrics.ts';

/** The workers of a service on this machine, of which each answers for all. */
export type WorkerSockets = Stoppable & {
  /** What the other workers have measured, and what those had that ended in order. */
  readonly others: () => Promise<MetricsSnapshot[]>;
};

/** A sibling that is silent for longer is left out of this answer. */
const siblingTimeoutMs = 1_000;

/** A Unix socket's path has room for 107 bytes; a name below the folder takes up to 50 of them. */
const longestFolderBytes = 57;

/** Far more than a machine has workers, or reloads between two full starts. */
const maximumFiles = 1_000;

/**
 * Opens this worker's socket. Counters of a worker that is replaced live on in a file, because a sum that falls looks to
 * Prometheus like a restart, and it would count the requests of all others once more. When nobody else is there, the
 * service starts afresh, and those files go.
 */
export async function openWorkerSocket(options: {
  service: string;
  dataFolder: string;
  snapshot: () => Promise<MetricsSnapshot>;
}): Promise<WorkerSockets> {
  const folder = folderFor(options.dataFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const prefix = `${options.service}-`;
  const own = `${prefix}${randomBytes(6).toString('hex')}`;
  const siblingsWith = (ending: string) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(prefix) && !name.startsWith(own) && name.endsWith(ending))
      .slice(0, maximumFiles)
      .map((name) => name.slice(0, -ending.length));
  const askSiblings = async () => {
    const answers = new Map<string, MetricsSnapshot>();
    const askOne = async (name: string) => {
      const answer = await ask(join(folder, `${name}.sock`));
      if (answer) answers.set(name, answer);
    };
    await Promise.all(siblingsWith('.sock').map(askOne));
    return answers;
  };
  const endedFile = (name: string) => join(folder, `${name}.ended`);
  // The sockets of dead ones are gone after that. One that is there but slow to answer is a sibling all the same.
  await askSiblings();
  if (siblingsWith('.sock').length === 0) {
    for (const name of siblingsWith('.ended')) rmSync(endedFile(name), { force: true });
  }
  const socket = join(folder, `${own}.sock`);
  const opening = join(folder, `${own}.opening`);
  const server = await serve(opening, options.snapshot);
  // The file of a socket is there a moment before anybody listens at it: who asked in between would take us for dead.
  renameSync(opening, socket);
  return {
    others: async () => {
      const answers = await askSiblings();
      // One that answered and has ended since is not counted twice.
      const ended = siblingsWith('.ended').filter((name) => !answers.has(name));
      return [...answers.values(), ...ended.map((name) => readSnapshot(endedFile(name)))];
    },
    stop: async () => {
      const draft = join(folder, `${own}.draft`);
      const lasting = (await options.snapshot()).filter(({ type }) => lastingTypes.has(String(type)));
      // In one go, so that a scrape that no longer finds the socket finds the file.
      server.close();
      server.closeAllConnections();
      rmSync(socket, { force: true });
      writeFileSync(draft, JSON.stringify(lasting), { mode: 0o600 });
      renameSync(draft, endedFile(own));
    },
  };
}

/** What goes on meaning something when its process is gone; its memory does not. */
const lastingTypes = new Set(['counter', 'histogram']);

function folderFor(dataFolder: string): string {
  const folder = join(dataFolder, 'metrics');
  if (Buffer.byteLength(folder) <= longestFolderBytes) return folder;
  return join(tmpdir(), `jetbridge-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 12)}`);
}

async function serve(path: string, snapshot: () => Promise<MetricsSnapshot>): Promise<http.Server> {
  const server = http.createServer((_req, res) => {
    snapshot().then(
      (measured) => res.end(JSON.stringify(measured)),
      () => res.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Exclusive: under PM2 all workers would share one socket otherwise.
    server.listen({ path, exclusive: true }, resolve);
  });
  server.unref();
  return server;
}

/** What the worker at this socket has measured. The socket of one that died is removed. */
async function ask(socketPath: string): Promise<MetricsSnapshot | undefined> {
  try {
    const res = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const signal = AbortSignal.timeout(siblingTimeoutMs);
      http.get({ socketPath, signal, agent: false }, resolve).once('error', reject);
    });
    // A worker of ours wrote it: only this user can open the folder.
    return JSON.parse(await text(res)) as MetricsSnapshot;
  } catch (error) {
    const isDead = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
    if (isDead) rmSync(socketPath, { force: true });
    return undefined;
  }
}

function readSnapshot(file: string): MetricsSnapshot {
  // `stop` wrote it, and moved it into its place whole.
  return JSON.parse(readFileSync(file, 'utf8')) as MetricsSnapshot;
}
