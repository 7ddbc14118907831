/** Unix milliseconds as the API writes instants: RFC 3339, UTC, whole seconds. */
export function toInstant(unixMs: number): string {
  return `${new Date(unixMs).toISOString().slice(0, 19)}Z`;
}

/** The Unix milliseconds of an instant that a schema has already checked. */
export function fromInstant(instant: string): number {
  return Date.parse(instant);
}
