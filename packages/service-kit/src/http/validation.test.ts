import { queryInteger, repeatable } from '@jetbridge/contracts/http/primitives.ts';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { HttpProblem } from './problems.ts';
import { parseBody, parseQuery } from './validation.ts';

const body = z.strictObject({
  name: z.string().min(1),
  parts: z.array(z.strictObject({ 'a/b': z.int() })).max(2),
  how: z.union([z.strictObject({ card: z.string() }), z.strictObject({ cash: z.int() })]).optional(),
});

const errorsOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof HttpProblem && error.status === 422) return error.errors;
    throw error;
  }
  return undefined;
};

test('a body of the right form is returned as its schema reads it', () => {
  expect(parseBody(body, { name: 'x', parts: [] })).toEqual({ name: 'x', parts: [] });
});

test('every wrong place is named by its pointer, and unknown fields one by one', () => {
  const errors = errorsOf(() => parseBody(body, { parts: [{ 'a/b': 1.5, 'c~d': 1 }], other: 1, more: 2 }));
  expect(errors?.map(({ pointer, code }) => [pointer, code])).toEqual([
    ['/name', 'required'],
    ['/parts/0/a~1b', 'invalid_type'],
    ['/parts/0/c~0d', 'unknown_field'],
    ['/other', 'unknown_field'],
    ['/more', 'unknown_field'],
  ]);
});

test('of several allowed forms the nearest one tells what is wrong', () => {
  const errors = errorsOf(() => parseBody(body, { name: 'x', parts: [], how: { cash: 'ten' } }));
  expect(errors).toEqual([{ pointer: '/how/cash', code: 'invalid_type', detail: expect.any(String) }]);
});

test('a body that is missing is wrong as a whole', () => {
  expect(errorsOf(() => parseBody(body, undefined))).toEqual([
    { pointer: '', code: 'required', detail: expect.any(String) },
  ]);
});

test('a body with thousands of wrong places names fifty', () => {
  const fields = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x${index}`, 1]));
  expect(errorsOf(() => parseBody(body, { name: 'x', parts: [], ...fields }))).toHaveLength(50);
});

test('a query names its wrong parameters', () => {
  const query = z.strictObject({
    limit: queryInteger({ min: 1, max: 200 }).optional(),
    airline: repeatable(z.string().max(3)).optional(),
  });
  expect(parseQuery(query, { limit: '20', airline: 'BA' })).toEqual({ limit: 20, airline: ['BA'] });
  expect(parseQuery(query, { airline: ['BA', 'AA'] })).toEqual({ airline: ['BA', 'AA'] });
  const errors = errorsOf(() => parseQuery(query, { limit: '1e9', 'where[id]': '1' }));
  expect(errors?.map(({ parameter, code }) => [parameter, code])).toEqual([
    ['limit', 'invalid_format'],
    ['where[id]', 'unknown_field'],
  ]);
});
