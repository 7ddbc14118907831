/** Kinds of columns: what one value of each takes is what a flight costs in memory. */
type ColumnKind =
  | Int32ArrayConstructor
  | Uint32ArrayConstructor
  | Uint16ArrayConstructor
  | Uint8ArrayConstructor
  | Float64ArrayConstructor;

/** A table of columns, all of one length, which is its capacity. */
export type Columns<Kinds extends Record<string, ColumnKind>> = { [Name in keyof Kinds]: InstanceType<Kinds[Name]> };

export function createColumns<Kinds extends Record<string, ColumnKind>>(
  kinds: Kinds,
  capacity: number,
): Columns<Kinds> {
  const columns = Object.entries(kinds).map(([name, Kind]) => [name, new Kind(capacity)]);
  // Each name has the column of its own kind.
  return Object.fromEntries(columns) as Columns<Kinds>;
}

/** Puts longer columns in the place of these, one after the other, so that no more than one is there twice. */
export function growColumns<Kinds extends Record<string, ColumnKind>>(
  kinds: Kinds,
  columns: Columns<Kinds>,
  capacity: number,
): void {
  for (const [name, Kind] of Object.entries(kinds)) {
    const longer = new Kind(capacity);
    longer.set(columns[name] ?? []);
    // The kind of the column of this name.
    columns[name as keyof Kinds] = longer as Columns<Kinds>[keyof Kinds];
  }
}

/** The capacity to grow to: half as much again, so that filling up a table copies each value about twice in all. */
export const grownCapacity = (needed: number) => Math.ceil(needed * 1.5);
