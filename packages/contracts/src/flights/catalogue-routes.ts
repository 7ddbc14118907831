import { z } from 'zod';
import { page, pageQuery, text } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';
import {
  airline,
  airlineCode,
  airplane,
  airport,
  cabin,
  cabinLayout,
  city,
  connectingMinutes,
  countryCode,
  placeCode,
} from './schemas.ts';

const service = 'flight-search-service';
const access = { permission: 'catalogue:write' } as const;

export const prefixQuery = z.strictObject({
  q: text(100).optional().describe('How a code or a name begins; case and accents do not matter'),
  ...pageQuery,
});

const notEmpty = (change: object) => Object.keys(change).length > 0;
const nothing = 'must name what to change';
const name = text(200);

export const newCity = z.strictObject({ code: placeCode, name, country: countryCode }).meta({ id: 'NewCity' });
export const cityChange = newCity.omit({ code: true }).partial().refine(notEmpty, nothing).meta({ id: 'CityChange' });

export const newAirport = z
  .strictObject({
    code: placeCode,
    cityCode: placeCode,
    name,
    city: name,
    country: countryCode,
    timeZone: z.string().max(64).describe('IANA time zone'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    connectingMinutes: connectingMinutes.optional(),
  })
  .meta({ id: 'NewAirport' });
export const airportChange = newAirport
  .omit({ code: true })
  .partial()
  .refine(notEmpty, nothing)
  .meta({ id: 'AirportChange' });

export const newAirline = z.strictObject({ code: airlineCode, name }).meta({ id: 'NewAirline' });
export const airlineChange = z.strictObject({ name }).meta({ id: 'AirlineChange' });

const newLayout = z.strictObject({
  ...cabinLayout.omit({ seats: true }).shape,
  rows: z.strictObject({ first: z.int(), last: z.int() }),
  letters: z.string().max(20),
  exitRows: z.array(z.int()).max(20).optional(),
});

export const newAirplane = z
  .strictObject({
    model: text(100),
    registration: z
      .string()
      .regex(/^[A-Z0-9-]{2,20}$/, 'must be a registration like G-VIIA')
      .optional(),
    cabins: z.array(newLayout).min(1).max(cabin.options.length),
  })
  .meta({ id: 'NewAirplane' });
export const airplaneChange = newAirplane.partial().refine(notEmpty, nothing).meta({ id: 'AirplaneChange' });

const found = <S extends z.ZodType>(description: string, schema: S) =>
  ({ status: 200, description, schema, tagged: true }) as const;
const made = <S extends z.ZodType>(description: string, schema: S) =>
  ({ status: 201, description, schema, tagged: true }) as const;
const gone = { status: 204, description: 'It is gone' } as const;

export const listCitiesRoute = defineRoute({
  id: 'listCities',
  service,
  method: 'get',
  path: '/cities',
  access: 'anyone',
  summary: 'Cities, or those whose code or name begins with `q`',
  query: prefixQuery,
  answer: { status: 200, description: 'Cities by code', schema: page(city) },
});

export const readCityRoute = defineRoute({
  id: 'readCity',
  service,
  method: 'get',
  path: '/cities/:code',
  access: 'anyone',
  summary: 'One city',
  answer: found('The city', city),
  problems: ['city_not_found'],
});

export const createCityRoute = defineRoute({
  id: 'createCity',
  service,
  method: 'post',
  path: '/cities',
  access,
  summary: 'Add a city',
  body: newCity,
  answer: made('The city', city),
  problems: ['code_taken'],
});

export const updateCityRoute = defineRoute({
  id: 'updateCity',
  service,
  method: 'patch',
  path: '/cities/:code',
  access,
  summary: 'Change a city',
  body: cityChange,
  answer: found('The city as it is now', city),
  problems: ['city_not_found', 'stale'],
});

export const deleteCityRoute = defineRoute({
  id: 'deleteCity',
  service,
  method: 'delete',
  path: '/cities/:code',
  access,
  summary: 'Delete a city that no airport serves',
  answer: gone,
  problems: ['city_not_found', 'stale', 'in_use'],
});

export const listAirportsRoute = defineRoute({
  id: 'listAirports',
  service,
  method: 'get',
  path: '/airports',
  access: 'anyone',
  summary: 'Airports, or those whose code, name or city begins with `q`',
  query: prefixQuery,
  answer: { status: 200, description: 'Airports by code', schema: page(airport) },
});

export const readAirportRoute = defineRoute({
  id: 'readAirport',
  service,
  method: 'get',
  path: '/airports/:code',
  access: 'anyone',
  summary: 'One airport',
  answer: found('The airport', airport),
  problems: ['airport_not_found'],
});

export const createAirportRoute = defineRoute({
  id: 'createAirport',
  service,
  method: 'post',
  path: '/airports',
  access,
  summary: 'Add an airport to a city that is there',
  body: newAirport,
  answer: made('The airport', airport),
  problems: ['code_taken'],
});

export const updateAirportRoute = defineRoute({
  id: 'updateAirport',
  service,
  method: 'patch',
  path: '/airports/:code',
  access,
  summary: 'Change an airport; its time zone only while no flight uses it',
  body: airportChange,
  answer: found('The airport as it is now', airport),
  problems: ['airport_not_found', 'stale', 'in_use'],
});

export const deleteAirportRoute = defineRoute({
  id: 'deleteAirport',
  service,
  method: 'delete',
  path: '/airports/:code',
  access,
  summary: 'Delete an airport that no flight uses',
  answer: gone,
  problems: ['airport_not_found', 'stale', 'in_use'],
});

export const listAirlinesRoute = defineRoute({
  id: 'listAirlines',
  service,
  method: 'get',
  path: '/airlines',
  access: 'anyone',
  summary: 'Airlines, or those whose code or name begins with `q`',
  query: prefixQuery,
  answer: { status: 200, description: 'Airlines by code', schema: page(airline) },
});

export const readAirlineRoute = defineRoute({
  id: 'readAirline',
  service,
  method: 'get',
  path: '/airlines/:code',
  access: 'anyone',
  summary: 'One airline',
  answer: found('The airline', airline),
  problems: ['airline_not_found'],
});

export const createAirlineRoute = defineRoute({
  id: 'createAirline',
  service,
  method: 'post',
  path: '/airlines',
  access,
  summary: 'Add an airline',
  body: newAirline,
  answer: made('The airline', airline),
  problems: ['code_taken'],
});

export const updateAirlineRoute = defineRoute({
  id: 'updateAirline',
  service,
  method: 'patch',
  path: '/airlines/:code',
  access,
  summary: 'Rename an airline',
  body: airlineChange,
  answer: found('The airline as it is now', airline),
  problems: ['airline_not_found', 'stale'],
});

export const deleteAirlineRoute = defineRoute({
  id: 'deleteAirline',
  service,
  method: 'delete',
  path: '/airlines/:code',
  access,
  summary: 'Delete an airline that has no flight',
  answer: gone,
  problems: ['airline_not_found', 'stale', 'in_use'],
});

export const listAirplanesRoute = defineRoute({
  id: 'listAirplanes',
  service,
  method: 'get',
  path: '/airplanes',
  access: 'anyone',
  summary: 'Airplanes with their cabins, or those whose model begins with `q`',
  query: prefixQuery,
  answer: { status: 200, description: 'Airplanes by id', schema: page(airplane) },
});

export const readAirplaneRoute = defineRoute({
  id: 'readAirplane',
  service,
  method: 'get',
  path: '/airplanes/:id',
  access: 'anyone',
  summary: 'One airplane',
  answer: found('The airplane', airplane),
  problems: ['airplane_not_found'],
});

export const createAirplaneRoute = defineRoute({
  id: 'createAirplane',
  service,
  method: 'post',
  path: '/airplanes',
  access,
  summary: 'Add an airplane with its cabins',
  body: newAirplane,
  answer: made('The airplane', airplane),
  problems: ['code_taken'],
});

export const updateAirplaneRoute = defineRoute({
  id: 'updateAirplane',
  service,
  method: 'patch',
  path: '/airplanes/:id',
  access,
  summary: 'Change an airplane; its cabins only while no flight uses it',
  body: airplaneChange,
  answer: found('The airplane as it is now', airplane),
  problems: ['airplane_not_found', 'stale', 'in_use', 'code_taken'],
});

export const deleteAirplaneRoute = defineRoute({
  id: 'deleteAirplane',
  service,
  method: 'delete',
  path: '/airplanes/:id',
  access,
  summary: 'Delete an airplane that no flight uses',
  answer: gone,
  problems: ['airplane_not_found', 'stale', 'in_use'],
});
