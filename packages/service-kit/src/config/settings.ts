import { z } from 'zod';

/** What is wrong with the settings of a process, all of it at once, readable by whoever starts it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`These settings are missing or wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Environment variables as a process gets them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads settings from the environment by a schema whose keys are the variables' names. An empty variable counts as not
 * set.
 * @throws SettingsError naming every wrong variable.
 */
export function readSettings<T extends z.ZodRawShape>(shape: T, environment: Environment): z.infer<z.ZodObject<T>> {
  const given = Object.fromEntries(
    Object.keys(shape).map((name) => [name, environment[name] === '' ? undefined : environment[name]]),
  );
  const result = z.object(shape).safeParse(given);
  if (result.success) return result.data;
  throw new SettingsError(
    result.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return given[name] === undefined ? `${name} is not set` : `${name} ${issue.message}`;
    }),
  );
}

/** Runs several readers and reports the problems of all of them together. */
export function collectProblems<T extends Record<string, () => unknown>>(
  readers: T,
): { [Name in keyof T]: ReturnType<T[Name]> } {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(readers)) {
    try {
      values[name] = read();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new SettingsError([...new Set(problems)]);
  // Every reader has put its value under its own name, or this line is not reached.
  return values as { [Name in keyof T]: ReturnType<T[Name]> };
}

/** A whole number within a range, as a setting. */
export const wholeNumber = (range: { min: number; max: number }) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${range.min} to ${range.max}`)
    .transform(Number)
    .refine(
      (value) => value >= range.min && value <= range.max,
      `must be a whole number from ${range.min} to ${range.max}`,
    );

/** A TCP port, as a setting. */
export const port = wholeNumber({ min: 0, max: 65_535 });

/** A URL with one of the given schemes, as a setting. */
export const urlOf = (...schemes: readonly string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)),
      `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    );
