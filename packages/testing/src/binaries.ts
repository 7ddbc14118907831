import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The servers that tests start from the machine's binaries, and the program that makes certificates for ours. */
export type ServerKind = 'mariadb' | 'rabbitmq' | 'redis' | 'openssl';

const servers = {
  mariadb: { title: 'MariaDB', programs: ['mariadbd', 'mariadb-install-db'], debianPackages: ['mariadb-server'] },
  rabbitmq: {
    title: 'RabbitMQ',
    programs: ['rabbitmq-server', 'epmd', 'erl_call'],
    debianPackages: ['rabbitmq-server'],
  },
  redis: { title: 'Redis', programs: ['redis-server'], debianPackages: ['redis-server'] },
  openssl: { title: 'OpenSSL', programs: ['openssl'], debianPackages: ['openssl'] },
} as const satisfies Record<ServerKind, { title: string; programs: string[]; debianPackages: string[] }>;

/** A program that belongs to one of the servers. */
export type ServerProgram = (typeof servers)[ServerKind]['programs'][number];

/** All servers, in the order in which people are told about them. */
export const serverKinds = ['mariadb', 'rabbitmq', 'redis', 'openssl'] as const satisfies ServerKind[];

// Where distributions put daemons that a normal user's PATH does not name.
const FURTHER_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/usr/bin', '/opt/homebrew/sbin'];

// Debian's /usr/sbin/rabbitmq-server is a wrapper that switches to the packaged service's user and folders.
const RABBITMQ_FOLDERS = ['/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin', '/opt/rabbitmq/sbin', '/opt/homebrew/sbin'];

/** The path of a server's program; an Error that names the Debian package when it is not installed. */
export function requireProgram(program: ServerProgram): string {
  const path = findProgram(program);
  if (path) return path;
  const kind = serverKinds.find((candidate) => programsOf(candidate).includes(program)) ?? 'mariadb';
  throw new Error(missingServer(kind));
}

/** A sentence that says what a server lacks on this machine and which Debian packages bring it; undefined if nothing. */
export function missingServer(kind: ServerKind): string | undefined {
  const missing = programsOf(kind).filter((program) => !findProgram(program));
  if (missing.length === 0) return undefined;
  const { title, debianPackages } = servers[kind];
  return `${title} can't be started: ${missing.join(', ')} not found (Debian package ${debianPackages.join(', ')})`;
}

/** The servers that can't be started here, with the Debian packages that bring them. */
export function missingServers(): { title: string; debianPackages: readonly string[] }[] {
  return serverKinds.filter((kind) => missingServer(kind)).map((kind) => servers[kind]);
}

function programsOf(kind: ServerKind): readonly ServerProgram[] {
  return servers[kind].programs;
}

function findProgram(program: ServerProgram): string | undefined {
  const folders =
    program === 'rabbitmq-server'
      ? RABBITMQ_FOLDERS.flatMap((pattern) => globSync(pattern).sort().reverse())
      : [...(process.env.PATH ?? '').split(delimiter), ...FURTHER_FOLDERS];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
