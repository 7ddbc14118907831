/** Ends a switch over a union: a member that is not handled does not compile, and at run time says which it was. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
