import type { RawAnswer } from '../raw-http/answer-reader.ts';
import { type Connection, LostConnection, openConnection } from '../raw-http/connection.ts';
import { type Request, requestText } from '../raw-http/request-text.ts';

/** What became of a request, as far as its client can tell. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: RawAnswer }
  /** Nobody listened: it has had no effect. */
  | { readonly kind: 'unsent' }
  /** It was sent, and the connection ended before an answer came: it may have had any effect. */
  | { readonly kind: 'lost' };

/** Connections to the sellers, kept for the next request. */
export type Doors = {
  /** @param cutAfterMs cuts the connection so long after sending. */
  readonly send: (port: number, request: Request, cutAfterMs?: number) => Promise<Outcome>;
  readonly close: () => void;
};

/** Kept per seller; more than are ever in use, because each client has at most two requests in flight. */
const maximumKept = 1_000;

export function openDoors(): Doors {
  const kept = new Map<number, Connection[]>();

  async function take(port: number): Promise<Connection | undefined> {
    const idle = kept.get(port) ?? [];
    for (let next = idle.pop(); next; next = idle.pop()) if (next.isOpen()) return next;
    try {
      return await openConnection(port);
    } catch {
      // The process was killed and its successor does not listen yet.
      return undefined;
    }
  }

  function give(port: number, connection: Connection): void {
    const idle = kept.get(port) ?? [];
    kept.set(port, idle);
    if (idle.length < maximumKept && connection.isOpen()) idle.push(connection);
    else connection.cut();
  }

  return {
    send: async (port, request, cutAfterMs) => {
      const connection = await take(port);
      if (!connection) return { kind: 'unsent' };
      const timer = cutAfterMs === undefined ? undefined : setTimeout(connection.cut, cutAfterMs);
      try {
        const answer = await connection.ask(requestText(request));
        give(port, connection);
        return { kind: 'answered', answer };
      } catch (error) {
        if (error instanceof LostConnection) return { kind: 'lost' };
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => {
      for (const connection of [...kept.values()].flat()) connection.cut();
    },
  };
}
