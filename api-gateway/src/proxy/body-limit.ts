import type { ClientRequest, IncomingMessage } from 'node:http';
import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';

/** Whether a request has a body: it says so by its length or by sending it in chunks (RFC 9112, section 6). */
export function hasBody(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}

/** Whether a request can be sent a second time without doing anything twice: a read without a body. */
export function isRepeatable(req: IncomingMessage): boolean {
  return (req.method === 'GET' || req.method === 'HEAD') && !hasBody(req);
}

/** What is wrong with the length that a request declares. Node lets no other length through than the declared one. */
export function problemOfDeclaredLength(req: IncomingMessage, limitBytes: number): HttpProblem | undefined {
  const declared = req.headers['content-length'];
  return declared !== undefined && Number(declared) > limitBytes ? bodyTooLarge(limitBytes) : undefined;
}

/** Ends the request to the service when a body in chunks, which declares no length, turns out to be too long. */
export function limitStreamedBody(req: IncomingMessage, proxyReq: ClientRequest, limitBytes: number): void {
  if (req.headers['transfer-encoding'] === undefined) return;
  let receivedBytes = 0;
  req.on('data', (chunk: Buffer) => {
    receivedBytes += chunk.length;
    if (receivedBytes > limitBytes) proxyReq.destroy(bodyTooLarge(limitBytes));
  });
}

const bodyTooLarge = (limitBytes: number) =>
  new HttpProblem({
    status: 413,
    code: 'body_too_large',
    detail: `The body is larger than ${limitBytes} bytes, the most this address takes.`,
  });
