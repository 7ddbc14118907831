import { connect, type Socket } from 'node:net';
import { createAnswerReader, type RawAnswer } from './answer-reader.ts';

/** A keep-alive connection with one request in flight at a time. */
export type Connection = {
  /**
   * Sends a whole request, head and body in Latin-1, and returns what is answered.
   * @throws LostConnection when none comes: what became of the request is not known.
   */
  readonly ask: (request: string) => Promise<RawAnswer>;
  /** Ends it at once, whatever is in flight. */
  readonly cut: () => void;
  readonly isOpen: () => boolean;
};

/** A connection ended, or was silent for too long, before a request on it was answered. */
export class LostConnection extends Error {
  override readonly name = 'LostConnection';
}

/** Longer than any answer takes: a service gives up a payment after 10 s. */
const longestSilenceMs = 60_000;

/** Opens a connection to a service of this machine. Rejects with the system's error when nobody listens. */
export function openConnection(port: number): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.once('error', reject);
  socket.once('connect', () => {
    socket.off('error', reject);
    resolve(converse(socket));
  });
  return promise;
}

function converse(socket: Socket): Connection {
  const reader = createAnswerReader();
  let waiting: PromiseWithResolvers<RawAnswer> | undefined;
  let lostBy: Error | undefined;

  function lose(cause: Error): void {
    lostBy ??= cause;
    waiting?.reject(new LostConnection(cause.message, { cause }));
    waiting = undefined;
    socket.destroy();
  }

  socket.setTimeout(longestSilenceMs, () => {
    if (waiting) lose(new Error(`no answer within ${longestSilenceMs} ms`));
  });
  socket.on('error', lose);
  socket.on('close', () => lose(new Error('the connection was closed')));
  socket.on('data', (chunk) => {
    try {
      const answer = reader(chunk);
      if (!answer) return;
      waiting?.resolve(answer);
      waiting = undefined;
    } catch (error) {
      lose(error instanceof Error ? error : new Error(String(error)));
    }
  });

  return {
    ask: (request) => {
      if (waiting) throw new Error('A connection carries one request at a time.');
      const asked = Promise.withResolvers<RawAnswer>();
      if (lostBy) asked.reject(new LostConnection(lostBy.message, { cause: lostBy }));
      else {
        waiting = asked;
        socket.write(request, 'latin1');
      }
      return asked.promise;
    },
    cut: () => lose(new Error('cut by us')),
    isOpen: () => lostBy === undefined,
  };
}
