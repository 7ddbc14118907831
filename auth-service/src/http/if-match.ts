import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';

/**
 * The version that a change was made for, by the header `If-Match`; nothing when the header is absent or `*`.
 * @throws HttpProblem 400 when the header is not one tag of ours.
 */
export function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const [, version] = /^"(\d{1,9})"$/.exec(header.trim()) ?? [];
  if (version !== undefined) return Number(version);
  throw new HttpProblem({
    status: 400,
    code: 'bad_header',
    detail: 'If-Match must be the ETag of the account, like "3", or *.',
    errors: [{ header: 'If-Match', code: 'invalid_format', detail: 'must be like "3"' }],
  });
}
