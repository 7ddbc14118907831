import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { type Books, readBooks } from '../../sales-proof/books/books.ts';
import { tableChecks } from '../../sales-proof/books/check-tables.ts';
import type { FindingsBook } from '../../sales-proof/findings.ts';
import type { BuyerAttempts } from '../buyer-attempts.ts';
import type { WaitlistInvariant } from '../invariants.ts';
import type { ToldParty } from '../told-parties.ts';
import { readChronicles } from './chronicle.ts';
import { judgeLines } from './judge-lines.ts';
import { judgeOffer, type OfferEnd } from './judge-offers.ts';

/** What the books tell of the run. */
export type WaitlistSummary = {
  readonly parties: number;
  readonly offers: Readonly<Record<OfferEnd, number>>;
  readonly largerPassedOver: number;
  readonly buyersRefusedMeanwhile: number;
};

const maximumRows = 5;

/** Compares what the books say, event by event, with what clients know. */
export async function checkLines(
  database: Database,
  about: { readonly told: ReadonlyMap<string, ToldParty>; readonly buyers: BuyerAttempts; readonly offerMs: number },
  findings: FindingsBook<WaitlistInvariant>,
): Promise<WaitlistSummary> {
  const books = readBooks(database);
  await checkTables(books, findings);
  const { chronicles, news } = await readChronicles(books, about.told);
  const offers = { paid: 0, 'given back': 0, lapsed: 0 };
  let largerPassedOver = 0;
  for (const chronicle of chronicles) {
    largerPassedOver += judgeLines(chronicle, findings).largerPassedOver;
    for (const party of chronicle.parties) {
      const end = judgeOffer(party, { news, offerMs: about.offerMs }, findings);
      if (end) offers[end] += 1;
    }
  }
  const parties = chronicles.flatMap((chronicle) => chronicle.parties);
  checkAcknowledged(parties, about.told, findings);
  const moments = new Map(
    chronicles.map((one) => [one.flightId, one.parties.flatMap((party) => party.offers.map(({ atMs }) => atMs))]),
  );
  return {
    parties: parties.length,
    offers,
    largerPassedOver,
    buyersRefusedMeanwhile: about.buyers.refusedWhile(moments),
  };
}

async function checkTables(books: Books, findings: FindingsBook<WaitlistInvariant>): Promise<void> {
  for (const { invariant, checked, wrong } of tableChecks) {
    if (invariant !== 'capacity' && invariant !== 'counts' && invariant !== 'holders') continue;
    findings.checked(invariant, await books.number(checked));
    const rows = await books.rows<object>(`${wrong} LIMIT ${maximumRows}`);
    for (const row of rows) findings.violated(invariant, JSON.stringify(row));
  }
}

/** Each user joined once, however often the request was sent. */
function checkAcknowledged(
  parties: readonly { readonly id: string; readonly userId: string }[],
  told: ReadonlyMap<string, ToldParty>,
  findings: FindingsBook<WaitlistInvariant>,
): void {
  findings.checked('acknowledged', told.size);
  const written = new Set(parties.map(({ id }) => id));
  for (const id of told.keys()) if (!written.has(id)) findings.violated('acknowledged', `entry ${id} is gone`);
  const users = new Set(parties.map(({ userId }) => userId));
  if (users.size < parties.length) {
    findings.violated('acknowledged', `${parties.length} entries of ${users.size} users who joined once each`);
  }
}
