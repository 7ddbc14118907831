import type { ReferenceData } from '../db/reference-data.ts';
import { type ConnectingAirport, connectingMinutes } from '../domain/search/connecting-times.ts';
import type { ConnectingRule } from '../domain/search/find-trips.ts';
import type { Schedule } from '../domain/search/schedule.ts';

/** Nobody changes at an airport that the catalogue does not know. */
const unknownAirport: ConnectingAirport = { country: '' };

/** What the rule says at one airport: within the country, going abroad, coming from abroad, both. */
type MinutesHere = readonly [number, number, number, number];

/** How long changing takes, by the catalogue as it is: what of it matters is kept by the airports' numbers. */
export function createConnectingRule(schedule: Schedule, reference: ReferenceData): ConnectingRule {
  let countries: string[] = [];
  let minutes: MinutesHere[] = [];
  let edition = reference.edition();

  const airportOf = (number: number) => reference.airport(schedule.airports.codeOf(number)) ?? unknownAirport;

  function countryOf(number: number): string {
    const kept = countries[number];
    if (kept !== undefined) return kept;
    const { country } = airportOf(number);
    countries[number] = country;
    return country;
  }

  function minutesAt(number: number): MinutesHere {
    const kept = minutes[number];
    if (kept) return kept;
    const here = airportOf(number);
    const [home, abroad] = [{ country: here.country }, { country: `not ${here.country}` }];
    const rule: MinutesHere = [
      connectingMinutes(home, here, home),
      connectingMinutes(home, here, abroad),
      connectingMinutes(abroad, here, home),
      connectingMinutes(abroad, here, abroad),
    ];
    minutes[number] = rule;
    return rule;
  }

  return (from, to) => {
    if (edition !== reference.edition()) {
      edition = reference.edition();
      countries = [];
      minutes = [];
    }
    const here = countryOf(from.destination);
    const [home, homeToAbroad, abroadToHome, abroad] = minutesAt(from.destination);
    const goesAbroad = countryOf(to.destination) !== here;
    if (countryOf(from.origin) === here) return goesAbroad ? homeToAbroad : home;
    return goesAbroad ? abroad : abroadToHome;
  };
}
