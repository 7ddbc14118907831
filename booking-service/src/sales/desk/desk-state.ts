import type { InventoryEventData } from '@jetbridge/contracts/events/catalogue.ts';
import type { EventDraft } from '@jetbridge/service-kit/events/outbox.ts';
import type { WrittenAnswer } from '@jetbridge/service-kit/http/app.ts';
import type { BookingRecord } from '../../bookings/domain/booking.ts';
import { type BookingStep, type Origin, unattended } from '../../bookings/domain/booking-history.ts';
import type { ClaimedKey } from '../db/idempotency-keys.ts';
import type { LockedFlight } from '../db/inventory.ts';
import type { LockedCabin } from '../db/inventory-rows.ts';
import type { SeatPlan } from '../domain/seats/seat-plan.ts';
import type { SeatSet } from '../domain/seats/seat-set.ts';
import { type LoadedLines, noLines, WaitingLines } from './waiting-lines.ts';

/** A booking as it was read, and as it is now; `after` is undefined when it is to go. */
export type BookingChange = {
  readonly before: BookingRecord | undefined;
  readonly after: BookingRecord;
  readonly gone: boolean;
};

/** A request touches something that it did not ask to be locked, because that has changed meanwhile: it must ask anew. */
export class LocksOutdated extends Error {
  override readonly name = 'LocksOutdated';
}

/**
 * Everything a batch of requests has under its locks, and what they make of it. Requests change it in memory, one after
 * the other; afterwards it is written at once.
 */
export class DeskState {
  readonly flights: ReadonlyMap<string, LockedFlight>;
  readonly changedFlights = new Set<string>();
  readonly changes = new Map<string, BookingChange>();
  readonly holds = new Map<string, number>();
  readonly claims = new Map<string, ClaimedKey>();
  readonly answered = new Map<string, ClaimedKey>();
  readonly events: EventDraft[] = [];
  /** Flights whose newest version has to be carried into bookings once more. */
  readonly followUps = new Map<string, number>();
  /** What each request made of each booking it changed, in order. */
  readonly steps: BookingStep[] = [];
  readonly lines: WaitingLines;
  readonly #bookings: Map<string, BookingRecord>;
  readonly #heldSeats: Map<string, number>;
  readonly #lockedHolders: ReadonlySet<string>;
  readonly #keys: Map<string, ClaimedKey>;
  #undo: (() => void)[] = [];
  /** Bookings that the present request has changed, as they were before it. */
  #touched = new Map<string, BookingRecord | undefined>();

  constructor(loaded: {
    flights: ReadonlyMap<string, LockedFlight>;
    bookings: readonly BookingRecord[];
    heldSeats: ReadonlyMap<string, number>;
    lockedHolders: ReadonlySet<string>;
    keys: readonly ClaimedKey[];
    lines?: LoadedLines;
  }) {
    this.flights = loaded.flights;
    this.#bookings = new Map(loaded.bookings.map((booking) => [booking.id, booking]));
    this.#heldSeats = new Map(loaded.heldSeats);
    this.#lockedHolders = loaded.lockedHolders;
    this.#keys = new Map(loaded.keys.map((claimed) => [keyName(claimed), claimed]));
    this.lines = new WaitingLines(loaded.lines ?? noLines, (undo) => this.#undo.push(undo));
  }

  /** Runs one request's decision; when it throws, nothing of it remains. */
  attempt<T>(decide: () => T, by: Origin = unattended): T {
    this.#undo = [];
    this.#touched = new Map();
    try {
      const outcome = decide();
      this.#noteSteps(by);
      return outcome;
    } catch (error) {
      for (const undo of this.#undo.toReversed()) undo();
      throw error;
    }
  }

  flight(flightId: string): LockedFlight {
    const flight = this.flights.get(flightId);
    if (!flight) throw new LocksOutdated(`Flight ${flightId} is not locked.`);
    return flight;
  }

  cabin(flightId: string, cabin: string): LockedCabin | undefined {
    return this.flight(flightId).cabins.get(cabin);
  }

  /** Changes how many seats of a cabin are sold and held. */
  move(flightId: string, cabin: string, by: { sold?: number; held?: number }): void {
    const seats = this.cabin(flightId, cabin);
    if (!seats) throw new Error(`Flight ${flightId} has seats in ${cabin} booked, but no such cabin.`);
    const { sold, held } = seats;
    seats.sold += by.sold ?? 0;
    seats.held += by.held ?? 0;
    this.#touch(flightId);
    this.#undo.push(() => Object.assign(seats, { sold, held }));
  }

  /** Takes or frees the seat with this number in a cabin whose layout is known. */
  mark(flightId: string, seats: LockedCabin, number: number, state: 'taken' | 'free'): void {
    const { taken } = seats;
    if (!taken || taken.has(number) === (state === 'taken')) return;
    if (state === 'taken') taken.add(number);
    else taken.delete(number);
    this.#touch(flightId);
    this.#undo.push(() => (state === 'taken' ? taken.delete(number) : taken.add(number)));
  }

  /** Gives a cabin in which nothing is sold or held its layout. */
  lay(flightId: string, seats: LockedCabin, known: { layout: string; plan: SeatPlan; taken: SeatSet }): void {
    const { layout, plan, taken } = seats;
    Object.assign(seats, known);
    this.#touch(flightId);
    this.#undo.push(() => Object.assign(seats, { layout, plan, taken }));
  }

  booking(id: string): BookingRecord | undefined {
    const change = this.changes.get(id);
    if (change) return change.gone ? undefined : change.after;
    return this.#bookings.get(id);
  }

  /** Makes a booking, or puts another state in the place of the one it has. */
  put(after: BookingRecord): void {
    this.#change(after, false);
  }

  /** Takes a booking away; of `last`, only payments stay. */
  remove(last: BookingRecord): void {
    this.#change(last, true);
  }

  heldSeatsOf(userId: string): number {
    return this.#heldSeats.get(userId) ?? 0;
  }

  /** Whether the count of a user's unpaid seats may be changed. */
  locksHolder(userId: string): boolean {
    return this.#lockedHolders.has(userId);
  }

  /** Counts unpaid seats of a user up or down. */
  countHeld(userId: string, by: number): void {
    if (!this.locksHolder(userId)) throw new LocksOutdated(`The seats that ${userId} holds are not locked.`);
    const before = this.heldSeatsOf(userId);
    const noted = this.holds.get(userId);
    // Never below zero: a count that was wrong must not keep anybody from giving seats back.
    this.#heldSeats.set(userId, Math.max(0, before + by));
    this.holds.set(userId, Math.max(0, before + by));
    this.#undo.push(() => {
      this.#heldSeats.set(userId, before);
      if (noted === undefined) this.holds.delete(userId);
      else this.holds.set(userId, noted);
    });
  }

  /** What is told when the batch has been written. */
  tell(...drafts: readonly EventDraft[]): void {
    const { length } = this.events;
    this.events.push(...drafts);
    this.#undo.push(() => this.events.splice(length));
  }

  /** Has a change of a flight carried into bookings that got it only now. */
  followFlight(flightId: string, version: number): void {
    const { followUps } = this;
    if (followUps.has(flightId)) return;
    followUps.set(flightId, version);
    this.#undo.push(() => followUps.delete(flightId));
  }

  key(name: { userId: string; key: string }): ClaimedKey | undefined {
    return this.#keys.get(keyName(name));
  }

  claim(claimed: ClaimedKey): void {
    this.#keys.set(keyName(claimed), claimed);
    this.claims.set(keyName(claimed), claimed);
  }

  /** Keeps the answer of a key that was claimed by an earlier request; the first answer stays. */
  answer(name: { userId: string; key: string }, write: (claimed: ClaimedKey) => WrittenAnswer): void {
    const claimed = this.key(name);
    if (!claimed || claimed.answer) return;
    const answered = { ...claimed, answer: write(claimed) };
    this.#keys.set(keyName(name), answered);
    this.answered.set(keyName(name), answered);
    this.#undo.push(() => {
      this.#keys.set(keyName(name), claimed);
      this.answered.delete(keyName(name));
    });
  }

  /** The seats of the flights that were changed, as they are told. */
  inventories(): InventoryEventData[] {
    return [...this.changedFlights].map((flightId) => {
      const { version, cabins } = this.flight(flightId);
      return {
        flightId,
        version: version + 1,
        cabins: Array.from(cabins.values(), ({ cabin, capacity, sold, held }) => ({ cabin, capacity, sold, held })),
      };
    });
  }

  #noteSteps(by: Origin): void {
    for (const [id, before] of this.#touched) {
      const change = this.changes.get(id);
      if (change) this.steps.push({ before, after: change.after, gone: change.gone, by });
    }
  }

  #change(after: BookingRecord, gone: boolean): void {
    if (!this.#touched.has(after.id)) this.#touched.set(after.id, this.booking(after.id));
    const earlier = this.changes.get(after.id);
    const before = earlier ? earlier.before : this.#bookings.get(after.id);
    this.changes.set(after.id, { before, after, gone });
    this.#undo.push(() => {
      if (earlier) this.changes.set(after.id, earlier);
      else this.changes.delete(after.id);
    });
  }

  #touch(flightId: string): void {
    if (this.changedFlights.has(flightId)) return;
    this.changedFlights.add(flightId);
    this.#undo.push(() => this.changedFlights.delete(flightId));
  }
}

const keyName = ({ userId, key }: { userId: string; key: string }) => `${userId} ${key}`;
