import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpProblem, serviceUnavailable } from '@jetbridge/service-kit/http/problems.ts';
import type { Upgrade } from '@jetbridge/service-kit/http/upgrades.ts';
import type { Request, Response } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import { addressAtService, type Exchange, exchangeOf } from '../exchange.ts';
import { type Instance, noteAnswered } from '../upstreams/instance.ts';
import { writeAnswerHead } from './crossing-headers.ts';
import { giveUp, watchConnection } from './proxy.ts';

/** WebSockets of one process, whoever has them. */
const maximumTunnels = 10_000;

/** Socket.IO and its like say something every 25 s; who has been silent for so long is gone. */
const longestSilenceMs = 120_000;

/** Who holds an IPv6 address holds at least the /56 around it. */
const ipv6PrefixLength = 56;

const retryAfterSeconds = 60;

export type Tunnels = {
  /** Why this request can't have a WebSocket now, or nothing when it can. */
  readonly problemOfOneMore: (req: Request) => HttpProblem | undefined;
  /** Asks the instance for a WebSocket, and connects the client with it; or passes on what it says instead. */
  readonly open: (opening: Opening) => void;
  readonly endAll: () => void;
};

type Opening = {
  readonly req: Request;
  readonly res: Response;
  readonly upgrade: Upgrade;
  readonly instance: Instance;
  /** The instance has agreed: from now on this is no request any more. */
  readonly onGranted: () => void;
};

/** Connections between clients and services that have left HTTP. */
export function createTunnels(options: {
  timeoutMs: number;
  connectTimeoutMs: number;
  perAddress: number;
  onError: (error: unknown, req: Request, res: Response) => void;
}): Tunnels {
  const { timeoutMs, connectTimeoutMs, perAddress, onError } = options;
  /** Those that are asked for, too. */
  const open = new Set<Duplex>();
  const granted = new Set<Duplex>();
  const openByAddress = new Map<string, number>();
  let ended = false;

  function count(key: string, socket: Duplex): void {
    open.add(socket);
    openByAddress.set(key, (openByAddress.get(key) ?? 0) + 1);
    socket.once('close', () => {
      open.delete(socket);
      granted.delete(socket);
      const left = (openByAddress.get(key) ?? 1) - 1;
      if (left > 0) openByAddress.set(key, left);
      else openByAddress.delete(key);
    });
  }

  function connect({ req, res, upgrade, instance, onGranted }: Opening): void {
    const { socket: client, head } = upgrade;
    // A client that asks for several at a time gets no more than it may: those that are not granted yet count too.
    if (!open.has(client)) count(keyOf(req), client);
    const { target } = instance;
    const asking = (target.protocol === 'https:' ? https : http).request({
      hostname: target.hostname,
      port: target.port,
      path: target.pathname.replace(/\/$/, '') + addressAtService(exchangeOf(req)),
      headers: { ...req.headers, connection: 'Upgrade', upgrade: 'websocket' },
      agent: false,
    });
    asking.setTimeout(timeoutMs, giveUp);
    asking.once('socket', () => watchConnection(asking, exchangeOf(req), connectTimeoutMs));
    const leave = () => asking.destroy();
    res.once('close', leave);
    asking.once('error', (error) => {
      res.off('close', leave);
      onError(error, req, res);
    });
    asking.once('response', (answer) => {
      noteAnswered(instance);
      const exchange = exchangeOf(req);
      exchange.hasAnswer = true;
      try {
        refuse(answer, res, exchange);
      } catch (error) {
        res.off('close', leave);
        asking.destroy();
        onError(error, req, res);
      }
    });
    asking.once('upgrade', (answer, service, serviceHead) => {
      noteAnswered(instance);
      onGranted();
      res.statusCode = 101;
      client.write(headOf(answer, exchangeOf(req).requestId));
      client.write(serviceHead);
      service.write(head);
      join(client, service);
      granted.add(client);
      if (ended) end(client);
    });
    asking.end();
  }

  return {
    problemOfOneMore: (req) => {
      if (ended || open.size >= maximumTunnels) return serviceUnavailable({ effect: 'none' });
      return (openByAddress.get(keyOf(req)) ?? 0) >= perAddress ? tooMany(perAddress) : undefined;
    },
    open: connect,
    endAll: () => {
      ended = true;
      for (const socket of granted) end(socket);
    },
  };
}

const end = (socket: Duplex) => socket.end(() => socket.destroy());

const keyOf = (req: Request) => ipKeyGenerator(exchangeOf(req).clientAddress, ipv6PrefixLength);

/** The service does not want to: its answer is one as any other. */
function refuse(answer: IncomingMessage, res: Response, exchange: Exchange): void {
  writeAnswerHead(answer, res, exchange);
  answer.pipe(res);
  answer.once('error', () => res.destroy());
}

function headOf(answer: IncomingMessage, requestId: string): string {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
  lines.push(`X-Request-ID: ${requestId}`);
  for (const [name, value] of Object.entries(answer.headers)) {
    if (name.startsWith('sec-websocket-')) lines.push(`${name}: ${value}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** What comes in at one end goes out at the other, and when one end closes the other does. */
function join(client: Duplex, service: Duplex): void {
  for (const [one, other] of [
    [client, service],
    [service, client],
  ] as const) {
    // Both are sockets of `node:net` or `node:tls`, whatever the event says.
    const socket = one as Socket;
    socket.setTimeout(longestSilenceMs, () => socket.destroy());
    socket.setNoDelay(true);
    socket.once('error', () => other.destroy());
    socket.once('close', () => other.destroy());
    socket.pipe(other);
  }
}

const tooMany = (perAddress: number) =>
  new HttpProblem({
    status: 429,
    code: 'rate_limited',
    detail: `There are ${perAddress} WebSockets of this address already.`,
    headers: { 'Retry-After': String(retryAfterSeconds) },
  });
