import { z } from 'zod';
import { id, instant } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';

const service = 'flight-search-service';
const access = { permission: 'flights:write' } as const;

/** The largest schedule one request may carry; the gateway passes no more. */
export const maximumImportBytes = 67_108_864;

export const importMediaTypes = ['text/csv', 'application/x-ndjson', 'application/x-ssim'] as const;

export const scheduleImport = z
  .object({
    id,
    status: z.enum(['running', 'succeeded', 'failed']),
    rows: z.int().describe('Read so far; of SSIM, one for each leg and day'),
    created: z.int().describe('Flights that are new'),
    unchanged: z.int().describe('Flights that were in the schedule already, and stay as they are'),
    rejected: z
      .array(
        z.object({
          reason: z.string(),
          count: z.int(),
          examples: z.array(z.object({ row: z.int(), detail: z.string() })),
        }),
      )
      .describe('Rows that were not taken, by reason, with the first few of each'),
    newAirlines: z.array(z.string()).describe('Airlines that were unknown, added under their code'),
    failure: z.string().optional().describe('Why it broke off; what was created until then stays'),
    createdAt: instant,
  })
  .meta({ id: 'ScheduleImport' });
export type ScheduleImport = z.infer<typeof scheduleImport>;

export const importFlightsRoute = defineRoute({
  id: 'importFlights',
  service,
  method: 'post',
  path: '/flights/import',
  access,
  summary: 'Load a schedule, as CSV, as one JSON object a line, or in the form of IATA SSIM chapter 7',
  streamedBody: importMediaTypes,
  answer: { status: 202, description: 'It was received, and is being loaded', schema: scheduleImport },
  problems: ['body_too_large', 'unsupported_media_type'],
});

export const readImportRoute = defineRoute({
  id: 'readImport',
  service,
  method: 'get',
  path: '/imports/:id',
  access,
  summary: 'How far an import is, and which rows it did not take',
  answer: { status: 200, description: 'The import', schema: scheduleImport },
  problems: ['import_not_found'],
});
