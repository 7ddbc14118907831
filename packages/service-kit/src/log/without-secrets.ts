/** Names whose values are never written, wherever they stand. */
const secretName = /^(?:.*password.*|.*token|.*secret|authorization|proxy-authorization|cookie|set-cookie|api-?key)$/i;

/** Secrets inside texts: the password of a URL, a bearer token, a JWT. */
const secretTexts: readonly (readonly [RegExp, string])[] = [
  [/(\w:\/\/[^\s:/@]*):[^\s/@]+@/g, '$1:[secret]@'],
  [/\bBearer\s+[\w.~+/-]+=*/gi, 'Bearer [secret]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[secret]'],
];

/** What lies deeper is left out; nothing we log on purpose does. */
const maximumDepth = 6;

/** What of an error is written besides name, message and stack: never its statement, whose values are people's data. */
const errorFacts = ['code', 'errno', 'status', 'syscall', 'address', 'port', 'responseCode', 'permanent'] as const;

/** A copy of what is to be logged, with secrets replaced by `[secret]` and errors as plain objects. */
export function withoutSecrets(facts: object): Record<string, unknown> {
  return copyObject(facts, 0);
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return copyText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maximumDepth) return '[too deep]';
  if (value instanceof Error) return copyError(value, depth);
  if (Array.isArray(value)) return value.map((one) => copy(one, depth + 1));
  // Dates and URLs know how they are written.
  if ('toJSON' in value && typeof value.toJSON === 'function') return copy(value.toJSON(), depth + 1);
  return copyObject(value, depth);
}

function copyObject(value: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      secretName.test(name) && one !== undefined ? '[secret]' : copy(one, depth + 1),
    ]),
  );
}

function copyError(error: Error, depth: number): Record<string, unknown> {
  const facts = Object.entries(error).filter(([name]) => errorFacts.some((fact) => fact === name));
  return {
    type: error.name,
    message: copyText(error.message),
    stack: copyText(error.stack ?? ''),
    ...copyObject(Object.fromEntries(facts), depth),
    ...(error.cause === undefined ? {} : { cause: copy(error.cause, depth + 1) }),
    ...(error instanceof AggregateError ? { errors: copy(error.errors, depth + 1) } : {}),
  };
}

function copyText(text: string): string {
  return secretTexts.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
}
