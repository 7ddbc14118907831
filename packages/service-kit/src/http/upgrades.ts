import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The connection of a request that wants to leave HTTP on it. */
export type Upgrade = {
  readonly socket: Duplex;
  /** What the client sent behind its request already. */
  readonly head: Buffer;
};

const upgradeKey = Symbol('upgrade');

type Carrier = IncomingMessage & { [upgradeKey]?: Upgrade };

/** The connection of a request that asked for an upgrade its service accepts; nothing for every other request. */
export function upgradeOf(req: Carrier): Upgrade | undefined {
  return req[upgradeKey];
}

/**
 * Makes a request for an upgrade one as any other: with an answer that can be written, after which the connection is closed.
 * Whoever grants the upgrade writes to the socket instead, and says so by `statusCode` 101.
 */
export function answerUpgrade(req: Carrier, upgrade: Upgrade): ServerResponse {
  const { socket } = upgrade;
  req[upgradeKey] = upgrade;
  // Node has taken its own listeners off; an error that nobody hears would end the process.
  socket.on('error', () => socket.destroy());
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  // The sockets of a server that listens on TCP are of this class, whatever the event says.
  res.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
  res.once('finish', () => socket.end(() => socket.destroy()));
  return res;
}
