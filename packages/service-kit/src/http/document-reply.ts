import type { Request, Response } from 'express';
import { isWhatTheyHave } from './entity-tags.ts';

/** An answer that is a file, not JSON. */
export type DocumentReply = {
  /** Makes the file. Not asked for when the client has it already. */
  readonly bytes: () => Promise<Buffer>;
  /** The `Content-Type`, with its parameters; the route's `answer.mediaType` names the type alone. */
  readonly mediaType: string;
  /** Under which name to save it: ASCII without quotes. */
  readonly filename?: string;
  /** Becomes the `ETag`. */
  readonly version?: string | number;
};

/** Sends a file. HEAD gets the headers of the file, its length among them (RFC 9110, 9.3.2). */
export async function sendDocument(reply: DocumentReply, req: Request, res: Response): Promise<void> {
  if (isWhatTheyHave(reply.version, req, res)) {
    res.status(304).end();
    return;
  }
  const bytes = await reply.bytes();
  res.setHeader('Content-Type', reply.mediaType);
  res.setHeader('Content-Length', bytes.length);
  // What came from our users stands in it: no browser shall guess it to be a page.
  res.setHeader('X-Content-Type-Options', 'nosniff');
  if (reply.filename !== undefined) res.setHeader('Content-Disposition', `attachment; filename="${reply.filename}"`);
  res.status(200).end(bytes);
}
