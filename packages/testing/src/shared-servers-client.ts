import { inject } from 'vitest';
import { uniqueName } from './unique-name.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where this run's shared servers are asked for. */
    sharedServers: string;
  }
}

/** The URL of the run's MariaDB, without a database. The first call of a run starts it (1 s). */
export function sharedMariadb(): Promise<string> {
  return ask('GET', '/mariadb');
}

/** An empty virtual host on the run's RabbitMQ. The first call of a run starts the broker (4 to 6 s). */
export async function freshVirtualHost(): Promise<{ url: string; remove(): Promise<void> }> {
  const path = `/virtual-hosts/${uniqueName('test')}`;
  const url = await ask('POST', path);
  return {
    url,
    remove: async () => {
      await ask('DELETE', path);
    },
  };
}

async function ask(method: string, path: string): Promise<string> {
  const res = await fetch(`${inject('sharedServers')}${path}`, { method });
  const body = await res.text();
  if (!res.ok) throw new Error(body);
  return body;
}
