/** What somebody lacks of the permissions that a deed concerns, or nothing when they may go on. */
export function lackedPermission(held: Iterable<string>, concerned: Iterable<string>): string | undefined {
  const own = new Set(held);
  return [...concerned].find((permission) => !own.has(permission));
}
