import { type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { newId } from '../ids.ts';
import { HttpProblem, methodNotAllowed, problemDocument } from './problems.ts';
import { acceptableRequestId } from './request-context.ts';

/**
 * More header lines than any honest client sends. Their total size is bounded by Node: 16 KiB. Node drops those above
 * 1,000 in silence, a Content-Length among them, so this must stay below.
 */
export const maximumHeaderLines = 200;

/** Longer addresses are answered with 414. RFC 9110 asks to support 8,000 octets at least. */
export const maximumAddressLength = 8_192;

/** What is wrong with the head of a request that Node's parser lets pass, or nothing. */
export function problemOfHead(req: IncomingMessage): HttpProblem | undefined {
  if (req.rawHeaders.length > 2 * maximumHeaderLines) return headersTooLarge();
  const detail = faultOfVersion(req) ?? faultOfHost(req) ?? faultOfFrame(req);
  if (detail) return new HttpProblem({ status: 400, code: 'bad_request', detail });
  // Express parses other forms by rules of its own, and answers by itself those that it can't parse.
  if (!req.url?.startsWith('/')) {
    return new HttpProblem({
      status: 400,
      code: 'bad_request',
      detail: 'The address must be a path that begins with a slash.',
    });
  }
  return undefined;
}

/** Node also takes a request line without a version, and one of HTTP/2. */
function faultOfVersion({ httpVersion }: IncomingMessage): string | undefined {
  return httpVersion === '1.1' || httpVersion === '1.0' ? undefined : 'The request is not of HTTP/1.1.';
}

const plainHost = /^[^\s/?#@\\,]*$/;

/** RFC 9112, section 3.2: exactly one, and well-formed. Node takes the first of several. */
function faultOfHost({ headers, rawHeaders, httpVersion }: IncomingMessage): string | undefined {
  if (headers.host === undefined) return httpVersion === '1.1' ? 'The request has no Host header.' : undefined;
  if (!plainHost.test(headers.host)) return 'The Host header is not well-formed.';
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1 ? 'The request has more than one Host header.' : undefined;
}

/**
 * What else would say how a request is framed. Node unwraps chunks behind any other encoding and tells nobody of that, and
 * HTTP/1.0 knows no chunks (RFC 9112, section 6.1).
 */
function faultOfFrame({ headers, httpVersion }: IncomingMessage): string | undefined {
  const { 'transfer-encoding': encoding, expect } = headers;
  if (encoding !== undefined && (encoding.toLowerCase() !== 'chunked' || httpVersion === '1.0')) {
    return 'The only Transfer-Encoding known here is chunked, in HTTP/1.1.';
  }
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    return 'The only expectation known here is 100-continue.';
  }
  return undefined;
}

/** Answers a request that no handler shall see, and closes its connection. */
export function refuse(req: IncomingMessage, res: ServerResponse, problem: HttpProblem): void {
  const answer = createAnswer(problem, headerOf(req, 'x-request-id'));
  res.writeHead(problem.status, answer.headers).end(answer.body);
}

/**
 * Answers what Node could not read as a request, and closes the connection: where a message ends is not known any more.
 * For the server's `clientError` event.
 */
export function refuseMalformed(error: Error, socket: Duplex): void {
  if (!socket.writable || wasReset(error) || wouldGarbleAnswer(socket)) {
    socket.destroy();
    return;
  }
  writeAndClose(socket, problemOfMalformed(error));
}

/** Nothing here is a tunnel. For the server's `connect` event. */
export function refuseConnect(_req: IncomingMessage, socket: Duplex): void {
  writeAndClose(socket, methodNotAllowed(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']));
}

function problemOfMalformed(error: Error): HttpProblem {
  switch ('code' in error ? error.code : undefined) {
    case 'HPE_HEADER_OVERFLOW':
      return startsWithLongAddress(error) ? addressTooLong() : headersTooLarge();
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpProblem({ status: 408, code: 'request_timeout', detail: 'The request did not arrive in time.' });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HttpProblem({ status: 413, code: 'body_too_large', detail: 'The chunk extensions are too large.' });
    default:
      return new HttpProblem({ status: 400, code: 'bad_request', detail: 'The request is not well-formed HTTP.' });
  }
}

export const addressTooLong = () =>
  new HttpProblem({
    status: 414,
    code: 'address_too_long',
    detail: `The address is longer than ${maximumAddressLength} characters.`,
  });

const headersTooLarge = () =>
  new HttpProblem({
    status: 431,
    code: 'headers_too_large',
    detail: `The headers are too large: at most ${maximumHeaderLines} lines and 16 KiB together.`,
  });

const longAddress = new RegExp(`^[A-Z]+ [^ \\r\\n]{${maximumAddressLength}}`);

/** The packet that did not fit any more is the whole request when the address alone fills it. */
function startsWithLongAddress(error: Error): boolean {
  return (
    'rawPacket' in error && error.rawPacket instanceof Buffer && longAddress.test(error.rawPacket.toString('latin1'))
  );
}

function wasReset(error: Error): boolean {
  return 'code' in error && error.code === 'ECONNRESET';
}

/**
 * Whether an error answer would be taken for another: bytes of a running answer are out already, or it answers an earlier
 * request than the malformed one. Node itself looks at the same property.
 */
function wouldGarbleAnswer(socket: Duplex): boolean {
  const running = '_httpMessage' in socket ? socket._httpMessage : undefined;
  return running instanceof ServerResponse && (running.headersSent || running.req.complete);
}

function writeAndClose(socket: Duplex, problem: HttpProblem): void {
  const { headers, body } = createAnswer(problem, undefined);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`, ...lines].join('\r\n');
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}

function createAnswer(problem: HttpProblem, givenRequestId: string | undefined) {
  const requestId = acceptableRequestId(givenRequestId) ?? newId('req');
  const body = JSON.stringify(problemDocument(problem, requestId));
  const headers: Record<string, string> = {
    ...problem.headers,
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-ID': requestId,
    Connection: 'close',
  };
  return { headers, body };
}

function headerOf(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name];
  return typeof value === 'string' ? value : undefined;
}
