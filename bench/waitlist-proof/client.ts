import { setTimeout as wait } from 'node:timers/promises';
import { booking as bookingSchema } from '@jetbridge/contracts/bookings/schemas.ts';
import { type WaitlistEntryDocument, waitlistEntry } from '@jetbridge/contracts/bookings/waitlist-routes.ts';
import { page } from '@jetbridge/contracts/http/primitives.ts';
import type { TokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import type { Doors } from '../sales-proof/doors.ts';
import type { FindingsBook } from '../sales-proof/findings.ts';
import { createRandom } from '../sales-proof/random.ts';
import type { Sellers } from '../sales-proof/sellers.ts';
import type { Tally } from '../sales-proof/tally.ts';
import { createUser, type ProofUser } from '../sales-proof/users.ts';
import { createAsking } from './asking.ts';
import type { BuyerAttempts } from './buyer-attempts.ts';
import type { WaitlistInvariant } from './invariants.ts';
import type { ToldParties } from './told-parties.ts';

/** What all clients of a run share. */
export type WaitlistContext = {
  readonly seed: number;
  readonly flightIds: readonly string[];
  readonly tokens: TokenIssuer;
  readonly sellers: Sellers;
  readonly doors: Doors;
  readonly tally: Tally;
  readonly told: ToldParties;
  readonly buyers: BuyerAttempts;
  readonly findings: FindingsBook<WaitlistInvariant>;
};

/** Customers of all kinds: those who wait, those who try to slip in, and those who give seats back. */
export type WaitlistClient = { readonly act: () => Promise<void> };

/** How often each thing is done; where there is nothing to do it with, somebody buys instead. */
const weights = { join: 20, buy: 16, hold: 8, cancel: 26, look: 26, leave: 4 } as const;

/** What becomes of an offer that a party finds. */
const decisions = { pay: 5, giveBack: 2, letLapse: 3 } as const;

const tokens = { tok_visa: 7, tok_declined: 3 } as const;

/** The largest party: more than what is mostly given back, so that lines are not served in mere order. */
const maximumParty = 4;

/** Bookings and parties that a client remembers. */
const maximumKnown = 40;

type Held = { readonly id: string; readonly user: ProofUser };

const entriesPage = page(waitlistEntry);

export function createWaitlistClient(context: WaitlistContext, clientNumber: number): WaitlistClient {
  const { tally, told, buyers, findings, flightIds } = context;
  const random = createRandom(context.seed + clientNumber);
  const ask = createAsking({ ...context, random, clientNumber });
  const bookings: Held[] = [];
  const parties: Held[] = [];

  /** Each has nothing else, so that nobody is ever passed over for what it holds elsewhere. */
  const somebody = () => createUser(context.tokens);
  const passengers = (size: number) =>
    Array.from({ length: size }, () => ({ firstName: 'Ada', lastName: 'Lovelace', type: 'adult' }));
  const smallParty = () => 1 + Math.floor(maximumParty * random.fraction() ** 2);

  function remember(list: Held[], one: Held): void {
    if (list.length < maximumKnown) list.push(one);
    else list[random.below(maximumKnown)] = one;
  }

  function take(list: Held[]): Held | undefined {
    return list.splice(random.below(Math.max(1, list.length)), 1)[0];
  }

  async function place(action: 'buy' | 'hold'): Promise<void> {
    const user = somebody();
    const flightId = random.pick(flightIds);
    const order = {
      flights: [{ flightId, cabin: 'economy' }],
      passengers: passengers(smallParty()),
      contact: { email: 'buyers@example.com' },
      ...(action === 'buy' ? { payment: { method: 'card', token: random.weighted(tokens) } } : {}),
    };
    const askedAtMs = Date.now();
    const answer = await ask(action, user, { method: 'POST', path: '/bookings', body: JSON.stringify(order) });
    buyers.note({ flightId, askedAtMs, answeredAtMs: Date.now(), refused: answer?.code === 'sold_out' });
    if (answer?.status !== 201) return;
    remember(bookings, { id: bookingSchema.parse(answer.body).id, user });
  }

  async function join(): Promise<void> {
    const user = somebody();
    const seats = smallParty();
    const order = { flightId: random.pick(flightIds), cabin: 'economy', passengers: passengers(seats) };
    const answer = await ask('join', user, { method: 'POST', path: '/waitlist', body: JSON.stringify(order) });
    if (answer?.status !== 201) return;
    const entry = waitlistEntry.parse(answer.body);
    if (entry.status === 'offered') tally.count('outcomes', 'parties offered seats when they joined');
    told.joined({ entryId: entry.id, flightId: entry.flightId, seats, joinedAtMs: Date.now() });
    remember(parties, { id: entry.id, user });
  }

  async function cancel(): Promise<void> {
    const booking = take(bookings);
    if (!booking) return place('buy');
    await ask('cancel', booking.user, { method: 'POST', path: `/bookings/${booking.id}/cancel` });
  }

  async function leave(): Promise<void> {
    const party = take(parties);
    if (!party) return place('buy');
    told.leaving(party.id);
    const answer = await ask('leave', party.user, { method: 'DELETE', path: `/waitlist/${party.id}` });
    if (answer?.code === 'waitlist_offered') remember(parties, party);
  }

  /** A party looks where it stands, and decides about its offer if it has one. */
  async function look(): Promise<void> {
    const party = take(parties);
    if (!party) return place('hold');
    const answer = await ask('look', party.user, { method: 'GET', path: '/waitlist' });
    if (answer?.status !== 200) return;
    const entry = entriesPage.parse(answer.body).data.find(({ id }) => id === party.id);
    if (!entry) findings.violated('acknowledged', `entry ${party.id} is not in the list of its user`);
    else if (entry.status === 'waiting') remember(parties, party);
    else await decide(party, entry);
  }

  async function decide({ user }: Held, { status, bookingId }: WaitlistEntryDocument): Promise<void> {
    tally.count('outcomes', `parties that find themselves ${status}`);
    if (bookingId === null || status !== 'offered') return;
    const decision = random.weighted(decisions);
    if (decision === 'letLapse') return;
    if (decision === 'giveBack') {
      await ask('cancel', user, { method: 'POST', path: `/bookings/${bookingId}/cancel` });
      return;
    }
    const body = JSON.stringify({ method: 'card', token: random.weighted(tokens) });
    const answer = await ask('pay', user, { method: 'POST', path: `/bookings/${bookingId}/payments`, body });
    if (answer?.status === 201) remember(bookings, { id: bookingId, user });
  }

  const acts = { join, buy: () => place('buy'), hold: () => place('hold'), cancel, look, leave } as const;
  return {
    act: async () => {
      const action = random.weighted(weights);
      tally.count('attempts', action);
      await acts[action]();
      // Lets others in between, as people do.
      await wait(random.below(20));
    },
  };
}
