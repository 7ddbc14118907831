import { createHash, createHmac } from 'node:crypto';

/**
 * Makes the tokens of mailed links out of the ids of their requests. A mail that goes twice, because the mail server's
 * reply was lost, carries the same token both times: mail programs may show only the first of the two.
 */
export type MailTokens = { readonly tokenOf: (requestId: string) => string };

/** @param key the `mail` key of `deriveKeys`; who lacks it can't compute a token, whatever ids they know. */
export function createMailTokens(key: Buffer): MailTokens {
  return { tokenOf: (requestId) => `mt_${createHmac('sha256', key).update(requestId).digest('base64url')}` };
}

/** What is stored of a token. A plain hash is enough for 256 bits that nobody can guess. */
export function hashOfMailToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
