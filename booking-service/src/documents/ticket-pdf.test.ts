import { extractText } from 'unpdf';
import { expect, test } from 'vitest';
import {
  buildBooking,
  buildPassenger,
  buildPayment,
  buildSegment,
  heathrow,
  kennedy,
} from './domain/fixtures/booking-records.ts';
import { printTicket } from './ticket-pdf.ts';

/** What stands on the pages of a ticket, page by page. Space between words is not kept by PDF, so it is left out. */
async function readBack(booking: Parameters<typeof printTicket>[0]) {
  const { text, totalPages } = await extractText(new Uint8Array(await printTicket(booking)), { mergePages: false });
  const pages = text.map(written);
  return { totalPages, pages, all: pages.join('') };
}

const written = (text: string) => text.normalize('NFC').replaceAll(/\s+/g, '');

test('a ticket tells the reference, the flight by both clocks, the seat, the fare and what was paid', async () => {
  const { totalPages, all } = await readBack(buildBooking());
  expect(totalPages).toBe(1);
  const lines = [
    'Electronic ticket',
    'K7QX2M',
    'BA178',
    'Economy · Fri 25 Dec 2026',
    '18:00EST',
    '06:00GMT',
    'Sat 26 Dec 2026',
    'John F. Kennedy International Airport',
    'London Heathrow Airport',
    'Ada Lovelace',
    'Seat 12A',
    'Can be cancelled before departure for USD 50.00 per passenger and flight',
    'Can be changed before departure for USD 30.00 per passenger and flight',
    'Paid by card, 2 Nov 2026, 09:31 UTC',
    'USD 299.00',
  ];
  for (const line of lines) expect(all).toContain(written(line));
});

test('terminals are printed where they are known', async () => {
  const { all } = await readBack(buildBooking({ segments: [buildSegment({ departureTerminal: '8' })] }));
  expect(all.match(/Terminal../g)).toEqual([written('Terminal 8').concat('N')]);
});

test('refunds are told with their rule', async () => {
  const refund = {
    id: 'rfd_1',
    paymentId: 'pay_1',
    bookingId: 'bkg_1',
    amountMinor: 24_900,
    currency: 'USD',
    status: 'succeeded',
    rule: 'fare_refundable',
    failureCode: null,
    providerReference: null,
    createdAtMs: Date.parse('2026-11-03T10:00:00Z'),
    updatedAtMs: Date.parse('2026-11-03T10:00:00Z'),
    attemptDeadlineMs: null,
  } as const;
  const payments = [buildPayment({ status: 'refunded' }), buildPayment({ id: 'pay_0', status: 'failed' })];
  const { all } = await readBack(buildBooking({ payments, refunds: [refund] }));
  expect(all).toContain(written('Refunded, 3 Nov 2026, 10:00 UTC (fare refundable)'));
  expect(all).toContain(written('−USD 249.00'));
  expect(all.match(/Paidby/g)).toHaveLength(1);
});

test.for([
  ['Łukasz', 'Żółciński-Müller'],
  ['Nguyễn', 'Đức Hưởng'],
  ['Ґалина', 'Щербакова'],
  ['Γιώργος', 'Παπαδόπουλος'],
  ['小龍', '李'],
  ['さくら', '高橋'],
  ['철수', '김'],
  ['สมชาย', 'ใจดี'],
  ['Արամ', 'Խաչատրյան'],
  ['შოთა', 'რუსთაველი'],
  ['అమ్మ', 'రామానుజన్'],
  ['அருள்', 'பாரதியார்'],
  ['አበበ', 'ቢቂላ'],
] as const)('%s %s is printed in letters that can be read back', async ([firstName, lastName]) => {
  const { all } = await readBack(buildBooking({ passengers: [buildPassenger({ firstName, lastName })] }));
  expect(all).toContain(written(firstName));
  expect(all).toContain(written(lastName));
});

// Their letters change form with their neighbours, which readers of PDF undo in ways of their own.
test.for([
  ['محمد', 'عبد الرحمن', /[\u0600-\u06ff\ufb50-\ufeff]/gu, 10],
  ['דוד', 'בן גוריון', /\p{Script=Hebrew}/gu, 10],
  ['क्षितिज', 'श्रीवास्तव', /\p{Script=Devanagari}/gu, 10],
  ['রবীন্দ্রনাথ', 'ঠাকুর', /\p{Script=Bengali}/gu, 10],
  ['ශ්‍රීමත්', 'ජයවර්ධන', /\p{Script=Sinhala}/gu, 10],
  ['សុខា', 'ចាន់ធី', /\p{Script=Khmer}/gu, 8],
] as const)('%s %s is printed in its script', async ([firstName, lastName, letters, atLeast]) => {
  const { all } = await readBack(buildBooking({ passengers: [buildPassenger({ firstName, lastName })] }));
  expect(all.match(letters)?.length).toBeGreaterThan(atLeast);
});

test('9 passengers on 18 flights fill pages that are numbered and name their booking', async () => {
  const flightIds = Array.from({ length: 18 }, (_, index) => `flt_${index}`);
  const passengers = Array.from({ length: 9 }, (_, index) =>
    buildPassenger({
      id: `psg_${index}`,
      lastName: `Traveller${index}x`,
      seats: Object.fromEntries(flightIds.map((id) => [id, `${index + 10}C`])),
    }),
  );
  const segments = flightIds.map((flightId, index) =>
    buildSegment({
      flightId,
      flightNumber: `BA${100 + index}`,
      seats: 9,
      ...(index % 2 === 0 ? {} : { origin: heathrow, destination: kennedy }),
    }),
  );
  const { totalPages, pages, all } = await readBack(buildBooking({ passengers, segments }));
  expect(totalPages).toBeGreaterThan(9);
  for (const [index, page] of pages.entries()) {
    expect(page).toContain('K7QX2M');
    expect(page).toContain(`Page${index + 1}of${totalPages}`);
  }
  expect(all.match(/Seat\d\dC/g)).toHaveLength(9 * 18);
  for (const index of flightIds.keys()) expect(all).toContain(`BA${100 + index}`);
});

test('a name in a script that no font has shows that something stands there', async () => {
  const { all } = await readBack(buildBooking({ passengers: [buildPassenger({ firstName: 'ꦗ', lastName: 'ꦮ' })] }));
  expect(all).toContain('\ufffd');
});

test('a name that is too long for its place ends in an ellipsis, and controls are not printed', async () => {
  const { all } = await readBack(
    buildBooking({ passengers: [buildPassenger({ firstName: 'W'.repeat(60), lastName: 'x\u202Ey' })] }),
  );
  expect(all).toMatch(/WWW…/);
  expect(all).not.toContain('\u202E');
});

test('the same version of a booking is the same file, another one is not', async () => {
  const [one, same, other] = await Promise.all([
    printTicket(buildBooking()),
    printTicket(buildBooking()),
    printTicket(buildBooking({ updatedAtMs: Date.parse('2026-11-04T00:00:00Z') })),
  ]);
  expect(one.equals(same)).toBe(true);
  expect(one.equals(other)).toBe(false);
});
