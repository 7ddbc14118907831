import http, { type ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** Idle connections kept to one instance. */
export const maximumFreeSockets = 256;

/** What Node calls on an agent for each request, which its types leave out. */
type AddRequest = (this: http.Agent, req: ClientRequest, options: Address) => void;

type Address = { readonly host?: string; readonly port?: string | number };

const addNewConnection = (http.Agent.prototype as unknown as { addRequest: AddRequest }).addRequest;

/**
 * Keeps connections to instances. Node's agent can tell connections apart by far more than an address, and copies all that
 * could tell them apart with each request; for one that takes a kept connection this one looks at the address only, which
 * is a twentieth of all work. Connections are made, watched and given back as Node does it.
 */
export class ServiceAgent extends http.Agent {
  constructor() {
    super({ keepAlive: true, maxFreeSockets: maximumFreeSockets });
  }

  override getName({ host, port }: Address = {}): string {
    return `${host}:${port}`;
  }

  /** How long a connection may be silent is set when it is made, and holds while it is idle, too. */
  override keepSocketAlive(): boolean {
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
    const free = this.freeSockets[name];
    for (let socket = free?.pop(); socket; socket = free?.pop()) {
      if (!socket.destroyed) return socket;
    }
    return undefined;
  }
}
