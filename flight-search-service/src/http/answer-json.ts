import type { DocumentReply } from '@jetbridge/service-kit/http/document-reply.ts';

/** An answer that was written as JSON piece by piece. */
export function answerJson(body: Buffer): DocumentReply {
  return { bytes: async () => body, mediaType: 'application/json; charset=utf-8' };
}

const comma = Buffer.from(',');
const head = Buffer.from('{"data":[');

/** A page of items that are JSON already. */
export function pageJson(items: readonly Buffer[], nextCursor: string | null): Buffer {
  const pieces: Buffer[] = [head];
  for (const [index, item] of items.entries()) {
    if (index > 0) pieces.push(comma);
    pieces.push(item);
  }
  pieces.push(Buffer.from(`],"nextCursor":${JSON.stringify(nextCursor)}}`));
  return Buffer.concat(pieces);
}
