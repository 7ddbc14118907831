import { type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Cuts connections whose client has stopped reading the answer it gets: Node would keep it in memory for as long as the
 * client likes. Who waits for an answer that is not there yet is left alone, however long it takes.
 * @param stalledMs without a byte going either way.
 */
export function cutStalledAnswers(server: Pick<Server, 'setTimeout'>, stalledMs: number): void {
  server.setTimeout(stalledMs, (socket: Socket) => {
    // Without a listener Node would cut them all; it looks at the same property to find the running answer.
    const running = '_httpMessage' in socket ? socket._httpMessage : undefined;
    const waitsForUs = running instanceof ServerResponse && socket.writableLength === 0;
    if (!waitsForUs) socket.destroy();
  });
}
