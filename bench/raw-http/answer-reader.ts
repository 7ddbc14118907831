/** An HTTP/1.1 answer as it came off the wire. */
export type RawAnswer = {
  readonly status: number;
  /** Status line and headers, without the empty line that ends them. */
  readonly head: string;
  readonly body: Buffer;
};

/** Node's own limit for the head of an answer is the same. */
const maximumHeadBytes = 16_384;

const headEnd = '\r\n\r\n';
const nothing: Buffer = Buffer.alloc(0);

/**
 * Reads the answers of a connection that has one request in flight at a time: returns an answer with the chunk that
 * completes it. Far cheaper than `node:http`, because it knows only what our services send: a Content-Length, or no body at all.
 * @throws Error for bytes that are no such answer.
 */
export function createAnswerReader(): (chunk: Buffer) => RawAnswer | undefined {
  let begun = nothing;
  return (chunk) => {
    const bytes = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    const answer = readAnswer(bytes);
    begun = answer ? nothing : bytes;
    return answer;
  };
}

/** The value of a header, or nothing; `name` in lower case. */
export function headerOf({ head }: RawAnswer, name: string): string | undefined {
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (line.slice(0, colon).toLowerCase() === name) return line.slice(colon + 1).trim();
  }
  return undefined;
}

function readAnswer(bytes: Buffer): RawAnswer | undefined {
  const end = bytes.indexOf(headEnd);
  if (end < 0) {
    if (bytes.length > maximumHeadBytes) throw new Error(`No head of an answer ends within ${bytes.length} bytes.`);
    return undefined;
  }
  const head = bytes.toString('latin1', 0, end);
  const bodyStart = end + headEnd.length;
  const bodyEnd = bodyStart + contentLengthOf(head);
  if (bytes.length < bodyEnd) return undefined;
  if (bytes.length > bodyEnd) throw new Error(`Something follows an answer: ${head}`);
  return { status: Number(head.slice(9, 12)), head, body: bytes.subarray(bodyStart, bodyEnd) };
}

function contentLengthOf(head: string): number {
  const length = /\ncontent-length: ?(\d+)/i.exec(head)?.[1];
  // RFC 9110 8.6: an answer that has no body by its status has no length either.
  if (length === undefined && head.startsWith('HTTP/1.1 204')) return 0;
  if (length === undefined) throw new Error(`An answer without a Content-Length: ${head}`);
  return Number(length);
}
