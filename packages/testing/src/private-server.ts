import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { logTail, type ServerProcess, startServerProcess } from './server-process.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

/** A server of our own, with its data in a temporary folder. */
export type PrivateServer = {
  /** Ends it for good and removes its data. */
  stop(): Promise<void>;
  /** Crashes it (SIGKILL). Its data stay; `restart()` brings it back. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data; one that still runs is shut down in good order first. */
  restart(): Promise<void>;
};

/** How to start one kind of server. */
export type ServerRecipe = {
  /** As people call it: "MariaDB". */
  readonly title: string;
  readonly program: string;
  readonly parameters: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly folder: TemporaryFolder;
  /** Resolves when the server serves, rejects while it does not. */
  readonly probe: () => Promise<void>;
};

// RabbitMQ takes 4 s alone; on a busy machine with two cores a multiple of that.
const START_TIMEOUT_MS = 45_000;
const SHUTDOWN_TIMEOUT_MS = 20_000;
const PROBE_INTERVAL_MS = 25;

/** Starts a server and waits until it serves. An Error with the end of the server's log if it does not. */
export async function startPrivateServer(recipe: ServerRecipe): Promise<PrivateServer> {
  let server = await launch(recipe).catch((error: unknown) => {
    recipe.folder.remove();
    throw error;
  });
  return {
    stop: async () => {
      // Its data go with it, so there is nothing to write out in good order.
      await server.kill();
      recipe.folder.remove();
    },
    kill: () => server.kill(),
    restart: async () => {
      await server.terminate(SHUTDOWN_TIMEOUT_MS);
      server = await launch(recipe);
    },
  };
}

async function launch(recipe: ServerRecipe): Promise<ServerProcess> {
  const { title, program, parameters, environment, folder, probe } = recipe;
  const logFile = join(folder.path, 'server.log');
  const server = await startServerProcess({
    program,
    parameters,
    folder: folder.path,
    logFile,
    ...(environment && { environment }),
  });
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  let lastError: unknown;
  while (!server.hasEnded() && performance.now() < deadlineMs) {
    try {
      await probe();
      // What answered must be this server, not a stranger on its port.
      if (!server.hasEnded()) return server;
    } catch (error) {
      lastError = error;
    }
    await wait(PROBE_INTERVAL_MS);
  }
  const reason = server.hasEnded() ? 'it ended by itself' : `it did not serve within ${START_TIMEOUT_MS} ms`;
  await server.kill();
  throw new Error(`${title} could not be started: ${reason}. Its log ends with:\n${logTail(logFile)}`, {
    cause: lastError,
  });
}
