import { seatMap } from '@jetbridge/contracts/bookings/schemas.ts';
import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { call } from '@jetbridge/testing/call.ts';
import { readBooks } from './books/books.ts';
import type { Findings } from './findings.ts';
import type { ProofFlight } from './proof-flights.ts';

/** Compares each flight's seat map with the seats that are in the books. */
export async function checkSeatMaps(
  database: Database,
  { url, flights, findings }: { url: string; flights: ReadonlyMap<string, ProofFlight>; findings: Findings },
): Promise<void> {
  const rows = await readBooks(database).rows<{ flight_id: string; seat: string }>('SELECT flight_id, seat FROM seats');
  const bookedOf = Map.groupBy(rows, (row) => row.flight_id);
  for (const id of flights.keys()) {
    const { status, body } = await call(url, `GET /flights/${id}/seat-map`);
    findings.checked('seats', 1);
    const map = seatMap.safeParse(body);
    if (!map.success) {
      findings.violated('seats', `the seat map of flight ${id} is answered with ${status}`);
      continue;
    }
    const booked = new Set((bookedOf.get(id) ?? []).map(({ seat }) => seat));
    const taken = map.data.cabins
      .flatMap(({ rows }) => rows.flatMap(({ seats }) => seats))
      .filter((seat) => seat.status === 'taken')
      .map(({ seat }) => seat);
    const differing = [...booked.symmetricDifference(new Set(taken))];
    if (differing.length > 0) findings.violated('seats', `the seat map of flight ${id} is wrong of ${differing}`);
  }
}
