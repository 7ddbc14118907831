import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { addressOf, createApiDocument } from '../src/openapi/document.ts';
import { findProblemCode } from '../src/openapi/problem-codes.ts';
import { publicRoutes } from '../src/openapi/public-routes.ts';
import { tags } from '../src/openapi/tags.ts';

const prefix = '/api/v1';

/** As a client reads it. */
const document: Json = JSON.parse(JSON.stringify(createApiDocument({ version: '1.2.3', prefix })));

type Json = { readonly [name: string]: JsonValue };
type JsonValue = string | number | boolean | null | Json | readonly JsonValue[];

/** Of any JSON, the parts that `select` picks, with the pointer to each. */
function find<T>(value: JsonValue | undefined, select: (object: Json, pointer: string) => T[], pointer = '#'): T[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isList(value)) return value.flatMap((item, index) => find(item, select, `${pointer}/${index}`));
  const below = Object.entries(value).flatMap(([name, inner]) =>
    find(inner, select, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  return [...select(value, pointer), ...below];
}

const isList = (value: Json | readonly JsonValue[]): value is readonly JsonValue[] => Array.isArray(value);

const operations = publicRoutes.map((published) => {
  const path = addressOf(published, prefix);
  return { published, path, operation: at(`#/paths/${path.replaceAll('/', '~1')}/${published.route.method}`) };
});

function at(pointer: string): Json {
  const steps = pointer
    .slice(2)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let value: JsonValue | undefined = document;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || isList(value)) throw new Error(`Nothing stands at ${pointer}.`);
    value = value[step];
  }
  if (typeof value !== 'object' || value === null || isList(value)) throw new Error(`No object stands at ${pointer}.`);
  return value;
}

test('is OpenAPI 3.1 by its JSON schema', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  expect(validator.version).toBe('3.1');
});

test('has each public route once, and nothing else', () => {
  const written = find(document.paths, (object) =>
    typeof object.operationId === 'string' ? [object.operationId] : [],
  );
  expect(written.toSorted()).toEqual(publicRoutes.map(({ route }) => route.id).toSorted());
  expect(new Set(written).size).toBe(written.length);
});

test.for(operations)('$published.route.id says what it does, who may, and how it fails', ({ published, operation }) => {
  const { route, tag } = published;
  expect(operation).toMatchObject({
    summary: route.summary.replaceAll('`', ''),
    tags: [tag],
    description: expect.stringMatching(/\w/),
  });
  expect(Object.keys(tags)).toContain(tag);
  const statuses = Object.keys(at(pointerTo(published, 'responses')));
  expect(statuses).toContain(`${route.answer.status}`);
  expect(statuses.filter((status) => /^4/.test(status))).not.toEqual([]);
  expect(statuses).toContain('500');
  if (route.access !== 'anyone') {
    expect(statuses).toContain('401');
    expect(operation.security).toEqual([{ accessToken: [] }]);
  }
  if (typeof route.access === 'object') {
    expect(statuses).toContain('403');
    expect(operation['x-permission']).toBe(route.access.permission);
  }
});

test.for(operations)('$published.route.id names the parameters that stand in its path', ({ published, path }) => {
  const parameters = at(pointerTo(published)).parameters ?? [];
  const named = find(parameters, ({ in: place, name }) => (place === 'path' ? [name] : []));
  expect(named).toEqual(Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name));
  expect(Object.keys(published.examples.path ?? {})).toEqual(named);
});

test('every reference leads somewhere', () => {
  const references = find(document, ({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
  expect(references.length).toBeGreaterThan(100);
  for (const reference of references) expect(at(reference)).toBeTypeOf('object');
});

test('every example is right by its own schema', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(document, 'document');
  const examples = find(document, (object, pointer) => [
    ...(object.schema && 'example' in object ? [{ pointer: `${pointer}/schema`, example: object.example }] : []),
    ...(object.schema
      ? Object.values(objectOr(object.examples)).map((one) => ({
          pointer: `${pointer}/schema`,
          example: objectOr(one).value,
        }))
      : []),
    ...listOr(object.examples).map((example) => ({ pointer, example })),
  ]);
  expect(examples.length).toBeGreaterThan(100);
  const wrong = examples.filter(({ pointer, example }) => !ajv.validate(`document${encodeURI(pointer)}`, example));
  expect(wrong).toEqual([]);
});

test('what a query takes is shown as it is typed: numbers as numbers with their limits, lists as lists', () => {
  const parameters = at(`#/paths/~1api~1v1~1flights/get`).parameters;
  const schemaOf = (wanted: string) => find(parameters, ({ name, schema }) => (name === wanted ? [schema] : []))[0];
  expect(schemaOf('limit')).toMatchObject({ type: 'integer', minimum: 1, maximum: 200, default: 50 });
  expect(schemaOf('airline')).toMatchObject({ type: 'array', items: { type: 'string', maxLength: 10 }, maxItems: 50 });
});

test.for(['auth-service', 'flight-search-service', 'booking-service', 'reminder-service'])(
  '%s answers with the statuses that the document gives to its codes',
  (service) => {
    const file = join(import.meta.dirname, '../../..', service, 'src/http/error-statuses.ts');
    const table = new Map(
      Array.from(
        readFileSync(file, 'utf8').matchAll(/^ {2}(\w+): (?:\{\s*status: )?(\d{3})\b/gm),
        ([, code = '', status]) => [code, Number(status)],
      ),
    );
    expect(table.size).toBeGreaterThan(0);
    const published = publicRoutes.filter(({ route }) => route.service === service);
    const codes = published.flatMap(({ route }) => route.problems ?? []).filter((code) => table.has(code));
    expect(codes).not.toEqual([]);
    expect(codes.map((code) => [code, findProblemCode(code).status])).toEqual(
      codes.map((code) => [code, table.get(code)]),
    );
  },
);

function pointerTo({ route }: (typeof publicRoutes)[number], ...further: string[]): string {
  const path = addressOf({ route } as (typeof publicRoutes)[number], prefix).replaceAll('/', '~1');
  return ['#/paths', path, route.method, ...further].join('/');
}

function listOr(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function objectOr(value: JsonValue | undefined): Json {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}
