import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Answers the head of a request with whatever bytes it likes, and does with the connection what it likes. */
type RawAnswerer = (socket: Socket, head: string) => void;

/** Stands where a service of ours would, and answers what no HTTP server would. */
export type RawService = {
  readonly url: string;
  /** The first lines of the requests that reached it, without those for its health. */
  readonly requests: readonly string[];
  /** Those that are open now. */
  readonly connections: ReadonlySet<Socket>;
  readonly answerWith: (answerer: RawAnswerer) => void;
  readonly stop: () => Promise<void>;
};

export const wholeAnswer = (text: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;

/** Says that it is well; everything else it answers with its name, unless told otherwise. Requests come in one piece here. */
export async function startRawService({ name }: { name: string }): Promise<RawService> {
  const requests: string[] = [];
  const connections = new Set<Socket>();
  let answerer: RawAnswerer = (socket) => void socket.write(wholeAnswer(name));
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    // It resets connections itself.
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      const head = piece.toString('latin1');
      if (head.startsWith('GET /health ')) {
        socket.end(wholeAnswer('{"status":"ok"}'));
        return;
      }
      requests.push(head.slice(0, head.indexOf(' HTTP/1.1')));
      answerer(socket, head);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections,
    answerWith: (given) => {
      answerer = given;
    },
    stop: async () => {
      server.close();
      for (const socket of connections) socket.destroy();
    },
  };
}
