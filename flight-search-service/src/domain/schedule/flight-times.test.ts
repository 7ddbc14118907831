import { describe, expect, it } from 'vitest';
import { parseLocalDateTime } from '../places/local-time.ts';
import { resolveFlightTimes } from './flight-times.ts';

function resolve(departure: [string, string], arrival: [string, string], expectedMinutes: number) {
  const moment = ([text, timeZone]: [string, string]) => ({ wallMs: parseLocalDateTime(text) ?? Number.NaN, timeZone });
  const times = resolveFlightTimes(moment(departure), moment(arrival), expectedMinutes);
  return times.outcome === 'skipped'
    ? times
    : [new Date(times.departsAtMs), new Date(times.arrivesAtMs)].map((date) => date.toISOString().slice(0, 16));
}

const newYork = 'America/New_York';
const chicago = 'America/Chicago';

describe('the instants of a flight', () => {
  it('come from the clocks at both ends', () => {
    const times = resolve(['2026-12-25T18:30', newYork], ['2026-12-26T06:25', 'Europe/London'], 415);
    expect(times).toEqual(['2026-12-25T23:30', '2026-12-26T06:25']);
  });

  it('do not exist when the clocks skip the departure, or the arrival', () => {
    expect(resolve(['2027-03-14T02:30', newYork], ['2027-03-14T05:00', newYork], 90)).toEqual({
      outcome: 'skipped',
      end: 'departure',
    });
    expect(resolve(['2027-03-13T23:30', 'America/Los_Angeles'], ['2027-03-14T02:30', newYork], 300)).toEqual({
      outcome: 'skipped',
      end: 'arrival',
    });
  });

  it('take the repeated hour of an arrival as the expected length has it, either way', () => {
    const arrival: [string, string] = ['2026-11-01T01:30', newYork];
    expect(resolve(['2026-11-01T00:15', newYork], arrival, 75)).toEqual(['2026-11-01T04:15', '2026-11-01T05:30']);
    expect(resolve(['2026-11-01T00:15', newYork], arrival, 130)).toEqual(['2026-11-01T04:15', '2026-11-01T06:30']);
  });

  it('take the repeated hour of a departure as the expected length has it, either way', () => {
    const departure: [string, string] = ['2026-11-01T01:30', newYork];
    expect(resolve(departure, ['2026-11-01T02:30', newYork], 60)).toEqual(['2026-11-01T06:30', '2026-11-01T07:30']);
    expect(resolve(departure, ['2026-11-01T02:30', newYork], 120)).toEqual(['2026-11-01T05:30', '2026-11-01T07:30']);
  });

  it('choose the best pair when both ends lie in a repeated hour, the earlier when two are as good', () => {
    const times = resolve(['2026-11-01T01:05', newYork], ['2026-11-01T01:20', chicago], 75);
    expect(times).toEqual(['2026-11-01T05:05', '2026-11-01T06:20']);
  });

  it('count the date line: Auckland to Honolulu arrives before it left, by the calendar', () => {
    const times = resolve(['2026-12-25T22:25', 'Pacific/Auckland'], ['2026-12-25T07:15', 'Pacific/Honolulu'], 520);
    expect(times).toEqual(['2026-12-25T09:25', '2026-12-25T17:15']);
  });

  it('count the date line: Honolulu to Auckland arrives two days later, by the calendar', () => {
    const times = resolve(['2026-12-25T14:40', 'Pacific/Honolulu'], ['2026-12-26T22:45', 'Pacific/Auckland'], 540);
    expect(times).toEqual(['2026-12-26T00:40', '2026-12-26T09:45']);
  });

  it('count the date line: Apia to Pago Pago arrives the day before', () => {
    const times = resolve(['2026-12-25T10:00', 'Pacific/Apia'], ['2026-12-24T10:35', 'Pacific/Pago_Pago'], 35);
    expect(times).toEqual(['2026-12-24T21:00', '2026-12-24T21:35']);
  });

  it('count zones of half an hour', () => {
    const times = resolve(['2026-12-25T09:45', 'Asia/Kolkata'], ['2026-12-25T11:45', 'Asia/Dubai'], 210);
    expect(times).toEqual(['2026-12-25T04:15', '2026-12-25T07:45']);
  });
});
