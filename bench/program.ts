import { WrongOption } from './options.ts';

/** A program that is run by name: `npm run prove -- NAME [options]`. */
export type Program = {
  readonly name: string;
  /** Its options, and what it does, for people. */
  readonly usage: string;
  /**
   * Runs it to its end, or until the signal says stop.
   * @param args what follows its name on the command line.
   * @returns whether all was well.
   * @throws WrongOption
   */
  readonly run: (args: readonly string[], signal: AbortSignal) => Promise<boolean>;
};

const exitStatus = { well: 0, notWell: 1, notUnderstood: 2 } as const;

/** Runs the program that the command line names; returns the exit status. Ctrl-C lets it end in order. */
export async function runProgramByName(command: string, programs: readonly Program[]): Promise<number> {
  const [name, ...args] = process.argv.slice(2);
  const program = programs.find((candidate) => candidate.name === name);
  if (!program) {
    const usages = programs.map(({ usage }) => `${usage}\n`).join('\n');
    console.error(`Usage: npm run ${command} -- NAME [options]\n\n${usages}`);
    return exitStatus.notUnderstood;
  }
  // What was started must not stay behind. Whoever presses it a second time does not want to wait.
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  try {
    return (await program.run(args, interrupted.signal)) ? exitStatus.well : exitStatus.notWell;
  } catch (error) {
    if (!isMisunderstanding(error)) throw error;
    console.error(`${error.message}\n\n${program.usage}`);
    return exitStatus.notUnderstood;
  }
}

/** `parseArgs` marks its errors with a code that begins so. */
function isMisunderstanding(error: unknown): error is Error {
  if (error instanceof WrongOption) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}
