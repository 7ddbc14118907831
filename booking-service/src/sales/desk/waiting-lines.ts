import type { FlightCopy } from '../../flights/db/flights.ts';
import type { WaitlistEntry } from '../../waitlist/domain/waitlist-entry.ts';

/** What a batch knows of the waitlist, read under the locks of its flights. */
export type LoadedLines = {
  readonly entries: readonly WaitlistEntry[];
  readonly lastPositions: readonly { readonly flightId: string; readonly cabin: string; readonly last: number }[];
  /** Of the flights that somebody waits for, to sell by. */
  readonly copies: ReadonlyMap<string, FlightCopy>;
};

export const noLines: LoadedLines = { entries: [], lastPositions: [], copies: new Map() };

/** The lines of waiting parties, changed in memory by a batch of requests and written afterwards. */
export class WaitingLines {
  readonly #entries: Map<string, WaitlistEntry>;
  /** Ids in the order of their places, of whoever was waiting when the batch began, or has joined since. */
  readonly #lines = new Map<string, string[]>();
  readonly #lastPositions: Map<string, number>;
  readonly #copies: ReadonlyMap<string, FlightCopy>;
  readonly #added = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #onUndo: (undo: () => void) => void;

  /** @param onUndo takes what undoes each change, in case the request that makes it is refused. */
  constructor(loaded: LoadedLines, onUndo: (undo: () => void) => void) {
    this.#entries = new Map(loaded.entries.map((entry) => [entry.id, entry]));
    this.#lastPositions = new Map(loaded.lastPositions.map((one) => [lineName(one), one.last]));
    this.#copies = loaded.copies;
    this.#onUndo = onUndo;
    const waiting = [...this.#entries.values()].filter(({ status }) => status === 'waiting');
    for (const { id, ...of } of waiting.toSorted((one, other) => one.position - other.position)) {
      this.#lineNamed(lineName(of)).push(id);
    }
  }

  /** Who waits at this moment for seats of a cabin, in the order of the line. */
  line(of: { readonly flightId: string; readonly cabin: string }): WaitlistEntry[] {
    const ids = this.#lines.get(lineName(of)) ?? [];
    return ids.flatMap((id) => this.#entries.get(id) ?? []).filter(({ status }) => status === 'waiting');
  }

  /** Users of the first few who wait in each of the other lines. */
  headsBeside(of: { readonly flightId: string; readonly cabin: string }, count: number): string[] {
    const others = [...this.#lines].filter(([name]) => name !== lineName(of));
    return others.flatMap(([, ids]) => ids.slice(0, count).flatMap((id) => this.#entries.get(id)?.userId ?? []));
  }

  /** The flight, as it is to be sold now, of a line that was loaded. */
  copyOf(flightId: string): FlightCopy | undefined {
    return this.#copies.get(flightId);
  }

  entry(id: string): WaitlistEntry | undefined {
    return this.#entries.get(id);
  }

  /** All entries of a user that the batch knows of. */
  ofUser(userId: string): WaitlistEntry[] {
    return [...this.#entries.values()].filter((entry) => entry.userId === userId);
  }

  /** Puts a party at the end of its line. */
  join(party: Omit<WaitlistEntry, 'position'>): WaitlistEntry {
    const name = lineName(party);
    const last = this.#lastPositions.get(name) ?? 0;
    const entry = { ...party, position: last + 1 };
    this.#entries.set(entry.id, entry);
    this.#added.add(entry.id);
    this.#lastPositions.set(name, entry.position);
    const line = this.#lineNamed(name);
    line.push(entry.id);
    this.#onUndo(() => {
      line.pop();
      this.#lastPositions.set(name, last);
      this.#added.delete(entry.id);
      this.#entries.delete(entry.id);
    });
    return entry;
  }

  /** Puts another state of an entry in the place of the one it has. */
  put(after: WaitlistEntry): void {
    const before = this.#entries.get(after.id);
    if (!before) throw new Error(`The entry ${after.id} of the waitlist is not known to this batch.`);
    const wasChanged = this.#changed.has(after.id);
    this.#entries.set(after.id, after);
    this.#changed.add(after.id);
    this.#onUndo(() => {
      this.#entries.set(before.id, before);
      if (!wasChanged) this.#changed.delete(before.id);
    });
  }

  /** Those that are new, as they are now. */
  added(): WaitlistEntry[] {
    return [...this.#added].flatMap((id) => this.#entries.get(id) ?? []);
  }

  /** Those that were there before and are otherwise now. */
  changed(): WaitlistEntry[] {
    const changed = [...this.#changed].filter((id) => !this.#added.has(id));
    return changed.flatMap((id) => this.#entries.get(id) ?? []);
  }

  #lineNamed(name: string): string[] {
    const known = this.#lines.get(name) ?? [];
    this.#lines.set(name, known);
    return known;
  }
}

const lineName = ({ flightId, cabin }: { readonly flightId: string; readonly cabin: string }) => `${flightId} ${cabin}`;
