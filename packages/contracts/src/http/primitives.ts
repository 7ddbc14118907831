import { z } from 'zod';

/** An instant as the API writes it: RFC 3339, UTC with `Z`, whole seconds (`2026-12-25T18:00:00Z`). */
export const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/, 'must be an instant like 2026-12-25T18:00:00Z')
  .refine((text) => isInstant(text), 'must be an instant that exists, like 2026-12-25T18:00:00Z')
  .meta({ id: 'Instant', description: 'RFC 3339 in UTC, whole seconds', examples: ['2026-12-25T18:00:00Z'] });

/** A time on the wall clock of an airport, without offset (`2026-12-25T18:00`). */
export const localDateTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'must be a local time like 2026-12-25T18:00')
  .meta({ id: 'LocalDateTime', description: 'Wall-clock time of the airport', examples: ['2026-12-25T18:00'] });

/** A calendar day (`2026-12-25`); which zone it means is said where it is used. */
export const localDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day like 2026-12-25')
  .refine((text) => isInstant(`${text}T00:00:00Z`), 'must be a day that exists, like 2026-12-25')
  .meta({ id: 'LocalDate', examples: ['2026-12-25'] });

/** An opaque identifier. Anything that is a string is well-formed; an unknown one is answered with 404. */
export const id = z.string().max(200, 'must be an id, which has at most 200 characters');

/** An ISO 4217 currency code. */
export const currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code like USD');

/** The largest amount of money the system handles, in minor units: 10 billion of a currency with two decimals. */
export const maximumAmountMinor = 1_000_000_000_000;

/** An amount of money in integer minor units (cents) of an ISO 4217 currency. */
export const money = z
  .strictObject({
    amount: z.int('must be an integer of minor units, like 29900 for 299.00').min(0).max(maximumAmountMinor),
    currency,
  })
  .meta({ id: 'Money', description: 'Integer minor units', examples: [{ amount: 29900, currency: 'USD' }] });

export type Money = z.infer<typeof money>;

/** Text a person typed: kept as it came, but never empty, and always storable (no NUL, no lone surrogate). */
export const text = (maximumLength: number) =>
  z
    .string()
    .max(maximumLength, `must have at most ${maximumLength} characters`)
    .refine((value) => value.trim() !== '', 'must not be empty')
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'must be well-formed Unicode without NUL');

const dotAtom = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainName = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * An e-mail address in the plain form `dot-atom@domain` of RFC 5322, lower-cased. Quoted local parts, comments, groups
 * and address lists are refused, so that what is stored can be handed to a mail server as exactly one recipient.
 */
export const emailAddress = z
  .string()
  .max(254, 'must have at most 254 characters')
  .transform((value) => value.toLowerCase())
  .refine((value) => {
    const at = value.lastIndexOf('@');
    return at > 0 && at <= 64 && dotAtom.test(value.slice(0, at)) && domainName.test(value.slice(at + 1));
  }, 'must be a plain e-mail address like ada@example.com')
  .meta({ id: 'EmailAddress', examples: ['ada@example.com'] });

/** Text in a query string, as databases can compare it: without NUL and lone surrogates. */
export const queryText = (maximumLength: number) =>
  z
    .string()
    .max(maximumLength, `must have at most ${maximumLength} characters`)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'must be well-formed Unicode without NUL');

/** An integer in a query string, given in plain digits. */
export const queryInteger = (range: { min: number; max: number }) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${range.min} to ${range.max}`)
    .transform(Number)
    .refine(
      (value) => value >= range.min && value <= range.max,
      `must be a whole number from ${range.min} to ${range.max}`,
    )
    .meta(documentedAs({ type: 'integer', minimum: range.min, maximum: range.max }));

/** A query parameter that may stand once or several times; always read as a list. */
export function repeatable<T extends z.ZodType<unknown, string>>(item: T) {
  const { $schema: _$schema, ...items } = z.toJSONSchema(item, { io: 'input' });
  return z
    .union([item.transform((value) => [value]), z.array(item).max(50, 'must stand at most 50 times')])
    .meta(documentedAs({ type: 'array', items, maxItems: 50 }));
}

/** The parameters every list takes. */
export const pageQuery = {
  limit: queryInteger({ min: 1, max: 200 }).default(50).describe('How many items a page has at most'),
  cursor: z
    .string()
    .max(2_000)
    .optional()
    .describe('`nextCursor` of the page before; it belongs to the same filters and the same order'),
};

/** A list as the API answers it: `nextCursor` is null on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

/** What the API document shows in the place of a schema that reads text as something else. */
function documentedAs(jsonSchema: object): { documentedAs: object } {
  return { documentedAs: jsonSchema };
}

function isInstant(text: string): boolean {
  const parsedMs = Date.parse(text);
  return !Number.isNaN(parsedMs) && new Date(parsedMs).toISOString().startsWith(text.slice(0, 19));
}
