import { HttpProblem } from '@jetbridge/service-kit/http/problems.ts';

/** One strong tag of a flight: `"3.17"`, or its version alone, `"3"`. */
const flightTag = /^"(\d{1,9})(?:\.\d{1,9})?"$/;

/**
 * The version of a flight that a change was made for, by the header `If-Match`; nothing when the header is absent or `*`.
 * Seats sold meanwhile do not matter: only the version part counts.
 * @throws HttpProblem 400 when the header is not one tag of a flight.
 */
export function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const [, version] = flightTag.exec(header.trim()) ?? [];
  if (version !== undefined) return Number(version);
  throw new HttpProblem({
    status: 400,
    code: 'bad_header',
    detail: 'If-Match must be the ETag of the flight, like "3.17", or *.',
    errors: [{ header: 'If-Match', code: 'invalid_format', detail: 'must be like "3.17"' }],
  });
}
