/** Numbers for the codes of things that flights refer to, so that a column of them takes two bytes a flight. */
export type Numbering = {
  /** The number of a code; a new one when it was never met. */
  readonly numberFor: (code: string) => number;
  /** The number of a code that was met before. */
  readonly find: (code: string) => number | undefined;
  readonly codeOf: (number: number) => string;
  readonly count: () => number;
};

/** As many as two bytes can tell apart. */
const maximumCodes = 65_536;

/** @param what names the things in the error of one too many. */
export function createNumbering(what: string): Numbering {
  const numbers = new Map<string, number>();
  const codes: string[] = [];
  return {
    numberFor(code) {
      const known = numbers.get(code);
      if (known !== undefined) return known;
      if (codes.length === maximumCodes) throw new Error(`More than ${maximumCodes} ${what} can't be searched.`);
      numbers.set(code, codes.length);
      codes.push(code);
      return codes.length - 1;
    },
    find: (code) => numbers.get(code),
    codeOf: (number) => codes[number] ?? '',
    count: () => codes.length,
  };
}
