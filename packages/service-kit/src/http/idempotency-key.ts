import { HttpProblem } from './problems.ts';

/**
 * The header `Idempotency-Key`, if a client sent one.
 * @throws HttpProblem 400 for one that is not 1 to 255 visible ASCII characters.
 */
export function readIdempotencyKey(header: (name: string) => string | undefined): string | undefined {
  const key = header('idempotency-key');
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const detail = 'must be 1 to 255 visible ASCII characters';
  throw new HttpProblem({
    status: 400,
    code: 'bad_header',
    detail: 'A header is not well-formed.',
    errors: [{ header: 'Idempotency-Key', code: 'invalid_format', detail }],
  });
}
