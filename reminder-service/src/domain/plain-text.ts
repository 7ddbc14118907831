// Characters that change the direction of what follows them, so that a name could turn a line of ours around: the marks,
// embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9).
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** What people typed, made safe for one line of a mail: no line breaks, no control characters, no turned directions. */
export function oneLine(typed: string): string {
  return typed.replace(directionMarks, '').replace(controls, ' ').replace(/\s+/g, ' ').trim();
}
