import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Exchange } from '../exchange.ts';
import { isOwnHeader, ownHeadersOf } from '../http/own-headers.ts';

/** Meant for the next hop only (RFC 9110, section 7.6.1), or answered by ourselves (`Expect`). */
const hopByHop = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Said by the gateway alone. */
const ours = new Set([
  'forwarded',
  'host',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
]);

/** Names by which a service behind some other gateway would be told who calls. */
const identity = /^x-(?:user|role)/;

/** `Connection` can't take these away: the first two frame the request, and the third is what we checked. */
const staysWhateverConnectionSays = new Set(['content-length', 'host', 'authorization']);

/** Names of a program tell nothing to clients that they need. */
const notAnswered = new Set(['server', 'x-powered-by', 'x-request-id']);

/** The headers that go to the service, for a request as it came in; all but `Host`, which is the instance's. */
export function requestHeadersFor(
  req: IncomingMessage,
  exchange: Exchange,
  trustedProxies: number,
): IncomingHttpHeaders {
  const given = req.headers;
  const named = namesIn(given.connection);
  const headers: IncomingHttpHeaders = {};
  for (const name in given) {
    // CGI and its like can't tell an underscore from a hyphen: with one, any of these names would have a twin.
    if (hopByHop.has(name) || ours.has(name) || identity.test(name) || name.includes('_')) continue;
    if (named?.has(name) && !staysWhateverConnectionSays.has(name)) continue;
    headers[name] = given[name];
  }
  headers['x-request-id'] = exchange.requestId;
  headers['x-forwarded-for'] = exchange.clientAddress;
  headers['x-forwarded-proto'] = (trustedProxies > 0 && forwardedProtocol(given)) || ownProtocol(req);
  const host = (trustedProxies > 0 && onlyOne(given['x-forwarded-host'])) || given.host;
  if (host !== undefined) headers['x-forwarded-host'] = host;
  // What came in chunks goes on in chunks. Without this, Node would send the body of a GET or DELETE with no frame at
  // all, and the service would read it as the next request.
  if (given['transfer-encoding'] !== undefined) headers['transfer-encoding'] = 'chunked';
  return headers;
}

/** Writes the head of a service's answer, with our own headers, for the client. The service's word goes before ours. */
export function writeAnswerHead(answer: IncomingMessage, res: ServerResponse, exchange: Exchange): void {
  const given = answer.headers;
  const named = namesIn(given.connection);
  // Values of the service may be several: `Set-Cookie` comes as a list.
  let head: (string | string[])[] = ownHeadersOf(exchange);
  for (const name in given) {
    const value = given[name];
    if (value === undefined || hopByHop.has(name) || notAnswered.has(name) || named?.has(name)) continue;
    if (isOwnHeader(name)) head = without(name, head);
    head.push(name, name === 'vary' ? withOwnVary(String(value), res) : value);
  }
  exchange.headAtMs = performance.now();
  // What was set before, such as `Connection: close` by a server that stops, Node adds by itself.
  res.writeHead(answer.statusCode ?? 502, head);
}

function without(name: string, head: readonly (string | string[])[]): (string | string[])[] {
  const place = head.findIndex((entry, index) => index % 2 === 0 && String(entry).toLowerCase() === name);
  return place === -1 ? [...head] : head.toSpliced(place, 2);
}

/** Ours names what our own part of the answer depends on, such as the origin of a web page. */
function withOwnVary(value: string, res: ServerResponse): string {
  const own = res.getHeader('vary');
  return own === undefined ? value : `${own}, ${value}`;
}

/** The headers that a `Connection` header names; nothing for the two words that nearly all of them consist of. */
function namesIn(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

const ownProtocol = ({ socket }: IncomingMessage) => ('encrypted' in socket ? 'https' : 'http');

function forwardedProtocol(headers: OutgoingHttpHeaders): string | undefined {
  const protocol = headers['x-forwarded-proto'];
  return protocol === 'https' || protocol === 'http' ? protocol : undefined;
}

function onlyOne(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
