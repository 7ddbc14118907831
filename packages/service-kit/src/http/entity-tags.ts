import type { Request, Response } from 'express';
import { HttpProblem } from './problems.ts';

const versionTag = /^"(\d{1,9})"$/;

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

/**
 * The version of a resource that a change was made for, by the header `If-Match`; nothing when it is absent or `*`.
 * @throws HttpProblem 400 when the header is not one tag of a version.
 */
export function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const [, version] = versionTag.exec(header.trim()) ?? [];
  if (version !== undefined) return Number(version);
  throw new HttpProblem({
    status: 400,
    code: 'bad_header',
    detail: 'If-Match must be the ETag of the resource, like "3", or *.',
    errors: [{ header: 'If-Match', code: 'invalid_format', detail: 'must be like "3"' }],
  });
}
