import { decode } from 'bcbp';
import { expect, test } from 'vitest';
import { bcbpOf } from './bcbp.ts';
import { buildBooking, buildPassenger, buildSegment } from './fixtures/booking-records.ts';

const booking = buildBooking({ reference: 'K7QX2M', createdAtMs: Date.parse('2026-11-02T09:31:00Z') });
const segment = buildSegment({ flightId: 'flt_1', cabin: 'economy' });
const ada = buildPassenger({ seats: { flt_1: '12A' } });

test('says who flies where, when and on which seat, sign by sign', () => {
  expect(bcbpOf(booking, segment, ada)).toBe(
    'M1LOVELACE/ADA        EK7QX2M JFKLHRBA 0178 359Y012A0000 011>60B0 W6306I   00',
  );
});

test('an independent decoder reads it back', () => {
  const { data, meta } = decode(bcbpOf(booking, segment, ada), 2026);
  expect(meta).toMatchObject({ formatCode: 'M', numberOfLegs: 1, electronicTicketIndicator: 'E', versionNumber: 6 });
  expect(data).toMatchObject({ passengerName: 'LOVELACE/ADA', passengerDescription: '0', documentType: 'I' });
  expect(data?.issuanceDate?.toISOString()).toBe('2026-11-02T00:00:00.000Z');
  expect(data?.legs).toHaveLength(1);
  expect(data?.legs?.[0]).toMatchObject({
    operatingCarrierPNR: 'K7QX2M',
    departureAirport: 'JFK',
    arrivalAirport: 'LHR',
    operatingCarrierDesignator: 'BA',
    flightNumber: '0178',
    flightDate: new Date('2026-12-25T00:00:00.000Z'),
    compartmentCode: 'Y',
    seatNumber: '012A',
    passengerStatus: '0',
  });
});

const decodedName = (firstName: string, lastName: string) =>
  decode(bcbpOf(booking, segment, buildPassenger({ firstName, lastName }))).data?.passengerName;

test('a name that is too long keeps the slash and an initial', () => {
  expect(decodedName('Wolfeschlegelstein', 'Hausenbergerdorffer')).toBe('HAUSENBERGERDORFFE/W');
  expect(decodedName('Maximiliana', 'Featherstone')).toBe('FEATHERSTONE/MAXIMIL');
});

test('a name in Cyrillic is transcribed, one that cannot be is an X', () => {
  expect(decodedName('Юлия', 'Щербакова')).toBe('SHCHERBAKOVA/IULIIA');
  expect(decodedName('小龍', '李')).toBe('X/X');
});

test('an infant, a party without seats, a suffix of a flight and each cabin have their own signs', () => {
  const legOf = (...[of, who]: [Parameters<typeof buildSegment>[0], Parameters<typeof buildPassenger>[0]]) =>
    decode(bcbpOf(booking, buildSegment(of), buildPassenger(who))).data;
  expect(legOf({}, { type: 'infant' })).toMatchObject({ passengerDescription: '4', legs: [{ seatNumber: 'INF' }] });
  expect(bcbpOf(booking, segment, buildPassenger({ seats: {} }))).toContain('359Y    0000 0');
  expect(legOf({ flightNumber: '9C8A' }, {})?.legs?.[0]).toMatchObject({
    operatingCarrierDesignator: '9C',
    flightNumber: '0008A',
  });
  const letters = (['first', 'business', 'premium_economy', 'economy'] as const).map(
    (cabin) => legOf({ cabin }, {})?.legs?.[0]?.compartmentCode,
  );
  expect(letters).toEqual(['F', 'J', 'W', 'Y']);
});
