import type { Request, Response } from 'express';

/**
 * Puts the version of a resource into the answer as its `ETag`; nothing where it has none.
 * @returns whether the client said with `If-None-Match` that it has this very version.
 */
export function isWhatTheyHave(version: string | number | undefined, req: Request, res: Response): boolean {
  if (version === undefined) return false;
  const tag = `"${version}"`;
  res.setHeader('ETag', tag);
  return req.get('if-none-match') === tag;
}
