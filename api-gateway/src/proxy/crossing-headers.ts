import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Exchange } from '../exchange.ts';

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

/** Puts the headers of a service's answer on ours. */
export function copyAnswerHeaders(answer: IncomingMessage, res: ServerResponse): void {
  const named = namesIn(answer.headers.connection);
  for (const name in answer.headers) {
    const value = answer.headers[name];
    if (value === undefined || hopByHop.has(name) || notAnswered.has(name) || named?.has(name)) continue;
    // Ours names what our own part of the answer depends on, such as the origin of a web page.
    if (name === 'vary') res.appendHeader(name, value);
    else res.setHeader(name, value);
  }
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
