import { z } from 'zod';
import { id, localDate, money, page, pageQuery } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';

/** The longest range of one report: a year and a month to compare it with. */
export const maximumReportDays = 400;

const dayMs = 86_400_000;

/** Days from the first to the last, both included. */
const daysIn = ({ from, to }: { from: string; to: string }) => (Date.parse(to) - Date.parse(from)) / dayMs + 1;

/** What one day, flight or route sold. */
export const salesReportLine = z
  .object({
    day: localDate.optional().describe('Of departure, at the airport of departure'),
    flightId: id.optional(),
    flightNumber: z.string().optional(),
    origin: z.string().optional(),
    destination: z.string().optional(),
    seats: z.int().describe('Seats of confirmed bookings'),
    capacity: z.int().describe('Seats on sale of the flights that were not cancelled'),
    loadFactor: z.number().nullable().describe('Seats sold of those on sale, to four places; null where none are'),
    revenue: money.describe('What was paid and is kept: refunds are taken off'),
  })
  .meta({ id: 'SalesReportLine' });
export type SalesReportLine = z.infer<typeof salesReportLine>;

export const salesReportRoute = defineRoute({
  id: 'readSalesReport',
  service: 'booking-service',
  method: 'get',
  path: '/reports/sales',
  access: { permission: 'reports:read' },
  summary: 'Seats sold, revenue and load factor, by day, flight or route',
  query: z
    .strictObject({
      from: localDate.describe('The first day of departure'),
      to: localDate.describe('The last day of departure'),
      by: z.enum(['day', 'flight', 'route']).default('day'),
      ...pageQuery,
    })
    .refine((query) => query.to >= query.from, { path: ['to'], message: 'must not be before `from`' })
    .refine((query) => daysIn(query) <= maximumReportDays, {
      path: ['to'],
      message: `must be within ${maximumReportDays} days of \`from\``,
    }),
  answer: {
    status: 200,
    description: 'A page of the report in JSON, or all of it in CSV',
    schema: page(salesReportLine),
    mediaType: 'text/csv',
  },
  problems: ['not_acceptable'],
});
