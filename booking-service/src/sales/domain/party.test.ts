import { expect, test } from 'vitest';
import { assertPartyMayTravel, seatsFor } from './party.ts';

const adult = { type: 'adult' } as const;
const infant = { type: 'infant' } as const;

test('an infant takes no seat, a child does', () => {
  expect(seatsFor([adult, { type: 'child' }, infant])).toBe(2);
});

test('a second infant needs a second adult', () => {
  expect(() => assertPartyMayTravel([adult, infant, infant], [])).toThrow(
    expect.objectContaining({ code: 'too_few_adults', at: '/passengers/2/type' }),
  );
  expect(() => assertPartyMayTravel([infant, adult], [])).not.toThrow();
});

test('an infant that turns two on the day of its return flight is refused', () => {
  const born = { type: 'infant', dateOfBirth: '2024-12-28' } as const;
  expect(() => assertPartyMayTravel([adult, born], ['2026-12-27T23:50'])).not.toThrow();
  expect(() => assertPartyMayTravel([adult, born], ['2026-12-20T10:00', '2026-12-28T06:00'])).toThrow(
    expect.objectContaining({ code: 'not_an_infant', at: '/passengers/1/dateOfBirth' }),
  );
});

test('an infant born on a leap day is two on the first day of March', () => {
  const born = { type: 'infant', dateOfBirth: '2024-02-29' } as const;
  expect(() => assertPartyMayTravel([adult, born], ['2026-02-27T10:00'])).not.toThrow();
  expect(() => assertPartyMayTravel([adult, born], ['2026-03-01T10:00'])).toThrow();
});

test.for(['2030-01-01', '9999-12-31', '0000-01-01', '1899-12-31'])('nobody is born on %s', (dateOfBirth) => {
  const traveller = { type: 'adult', dateOfBirth } as const;
  expect(() => assertPartyMayTravel([traveller], ['2026-12-25T10:00', '2030-06-01T10:00'])).toThrow(
    expect.objectContaining({ code: 'implausible_birth', at: '/passengers/0/dateOfBirth' }),
  );
});
