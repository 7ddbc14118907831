/** What a request says; the body, if any, is JSON in ASCII. */
export type Request = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly token?: string;
  readonly idempotencyKey?: string;
  readonly body?: string;
};

/** The bytes of a request, as text in Latin-1. */
export function requestText({ method, path, token, idempotencyKey, body }: Request): string {
  return (
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
    (token === undefined ? '' : `Authorization: Bearer ${token}\r\n`) +
    (idempotencyKey === undefined ? '' : `Idempotency-Key: ${idempotencyKey}\r\n`) +
    (body === undefined ? '\r\n' : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  );
}
