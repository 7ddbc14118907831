import http, { type ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Idle connections kept to one instance. */
export const maximumFreeSockets = 256;

/** Services close connections that were idle for 65 s, and may have done so when the next request is on its way. */
const longestIdleMs = 60_000;

/** What Node calls on an agent for each request, which its types leave out. */
type AddRequest = (this: http.Agent, req: ClientRequest, options: Address) => void;

type Address = { readonly host?: string; readonly port?: string | number };

const addNewConnection = (http.Agent.prototype as unknown as { addRequest: AddRequest }).addRequest;

/**
 * Keeps connections to instances. Node's agent can tell connections apart by far more than an address, and copies all that
 * could tell them apart with each request; for one that takes a kept connection this one looks at the address only, which
 * is a twentieth of all work. Connections are made, watched and given back as Node does it, but for what it says to each
 * that is given back: `unref`, because a process that ends destroys its agents; keep-alive of TCP, which they are made with;
 * and the time that a service announces in `Keep-Alive`, which would set a timer twice for each request.
 */
export class ServiceAgent extends http.Agent {
  constructor() {
    super({ keepAlive: true, maxFreeSockets: maximumFreeSockets });
  }

  override getName({ host, port }: Address = {}): string {
    return `${host}:${port}`;
  }

  /**
   * How long a connection may be silent is set when it is made, and holds while it is idle, too, unless that is longer than
   * services wait. Who takes it again sets what it needs.
   */
  override keepSocketAlive(given: Duplex): boolean {
    // This agent makes no other ones.
    const socket = given as Socket;
    if (!socket.timeout || socket.timeout > longestIdleMs) socket.setTimeout(longestIdleMs);
    return true;
  }

  addRequest(req: ClientRequest, options: Address): void {
    const name = this.getName(options);
    const socket = this.takeFree(name);
    if (!socket) {
      addNewConnection.call(this, req, options);
      return;
    }
    this.reuseSocket(socket, req);
    // Not in its types either: what Node's agent does with a connection it has found.
    (req as ClientRequest & { onSocket: (socket: Socket) => void }).onSocket(socket);
    const { sockets } = this as { sockets: NodeJS.Dict<Socket[]> };
    sockets[name] ??= [];
    sockets[name].push(socket);
  }

  /** The one that was used last: it is the least likely to be closed by the other side. */
  private takeFree(name: string): Socket | undefined {
    const { freeSockets } = this as { freeSockets: NodeJS.Dict<Socket[]> };
    const free = freeSockets[name];
    if (!free) return undefined;
    let socket = free.pop();
    while (socket?.destroyed) socket = free.pop();
    // An address may never come again.
    if (free.length === 0) delete freeSockets[name];
    return socket;
  }
}
