import * as routes from '../flights/catalogue-routes.ts';
import type { City } from '../flights/schemas.ts';
import { exampleAirline, exampleAirplane, exampleDestination } from './flights.ts';
import { publish } from './published-route.ts';

const tag = 'Catalogue';
const city: City = { code: 'LON', name: 'London', country: 'GB' };
const { seats: _seats, ...layout } = exampleAirplane.cabins[0] ?? {
  cabin: 'economy',
  rows: { first: 1, last: 2 },
  letters: 'ABC DEF',
  seats: 12,
};
const cabins = [layout];
const byCode = (code: string) => ({ tag, path: { code } }) as const;
const byId = { tag, path: { id: exampleAirplane.id } } as const;
const page = <T>(item: T) => ({ data: [item], nextCursor: null });

export const catalogueRoutes = [
  publish(routes.listCitiesRoute, { tag, query: { q: 'lon' }, answer: page(city) }),
  publish(routes.readCityRoute, { ...byCode('LON'), answer: city }),
  publish(routes.createCityRoute, { tag, body: city, answer: city }),
  publish(routes.updateCityRoute, { ...byCode('LON'), body: { name: 'London' }, answer: city }),
  publish(routes.deleteCityRoute, byCode('LON')),
  publish(routes.listAirportsRoute, { tag, query: { q: 'lon' }, answer: page(exampleDestination) }),
  publish(routes.readAirportRoute, { ...byCode('LHR'), answer: exampleDestination }),
  publish(routes.createAirportRoute, { tag, body: exampleDestination, answer: exampleDestination }),
  publish(routes.updateAirportRoute, {
    ...byCode('LHR'),
    body: { connectingMinutes: { internationalToInternational: 75 } },
    answer: { ...exampleDestination, connectingMinutes: { internationalToInternational: 75 } },
  }),
  publish(routes.deleteAirportRoute, byCode('LHR')),
  publish(routes.listAirlinesRoute, { tag, query: { q: 'british' }, answer: page(exampleAirline) }),
  publish(routes.readAirlineRoute, { ...byCode('BA'), answer: exampleAirline }),
  publish(routes.createAirlineRoute, { tag, body: exampleAirline, answer: exampleAirline }),
  publish(routes.updateAirlineRoute, { ...byCode('BA'), body: { name: 'British Airways' }, answer: exampleAirline }),
  publish(routes.deleteAirlineRoute, byCode('BA')),
  publish(routes.listAirplanesRoute, { tag, query: { q: 'boeing' }, answer: page(exampleAirplane) }),
  publish(routes.readAirplaneRoute, { ...byId, answer: exampleAirplane }),
  publish(routes.createAirplaneRoute, {
    tag,
    body: { model: exampleAirplane.model, registration: 'G-VIIA', cabins },
    answer: exampleAirplane,
  }),
  publish(routes.updateAirplaneRoute, { ...byId, body: { registration: 'G-VIIA' }, answer: exampleAirplane }),
  publish(routes.deleteAirplaneRoute, byId),
];
