import { HttpProblem } from './problems.ts';

/** The most alternatives of an `Accept` header that are looked at. */
const maximumRanges = 50;

type Range = { readonly type: string; readonly subtype: string; readonly quality: number };

/**
 * Which of the media types that a route offers a client likes best (RFC 9110, 12.5.1); the first of those it likes alike.
 * @param accept the header `Accept`; without one everything is fine.
 * @throws HttpProblem 406 when it likes none.
 */
export function chooseMediaType<const Type extends string>(
  accept: string | undefined,
  offered: readonly [Type, ...Type[]],
): Type {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const ranges = accept.split(',', maximumRanges).flatMap(readRange);
  const [best] = offered
    .map((type) => ({ type, quality: qualityOf(type, ranges) }))
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality);
  if (best) return best.type;
  throw new HttpProblem({
    status: 406,
    code: 'not_acceptable',
    detail: `This is answered as ${offered.join(' or ')}.`,
  });
}

/** What can't be read likes nothing. */
function readRange(text: string): Range[] {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const [, type, subtype] = /^([!#$%&'*+.^_`|~0-9a-z-]+)\/([!#$%&'*+.^_`|~0-9a-z-]+)$/.exec(range) ?? [];
  if (type === undefined || subtype === undefined) return [];
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const quality = weight === undefined ? 1 : Number(/^[01](?:\.\d{0,3})?$/.test(weight) ? weight : 0);
  return [{ type, subtype, quality: Math.min(1, quality) }];
}

/** By the most specific range that takes it in. */
function qualityOf(mediaType: string, ranges: readonly Range[]): number {
  const [type = '', subtype = ''] = mediaType.split('/');
  const fitting = (wantedType: string, wantedSubtype: string) =>
    ranges.find((range) => range.type === wantedType && range.subtype === wantedSubtype);
  return (fitting(type, subtype) ?? fitting(type, '*') ?? fitting('*', '*'))?.quality ?? 0;
}
