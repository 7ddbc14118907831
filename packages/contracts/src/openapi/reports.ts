import { salesReportRoute } from '../bookings/report-routes.ts';
import { publish } from './published-route.ts';

export const reportRoutes = [
  publish(salesReportRoute, {
    tag: 'Reports',
    description:
      'Of the flights that depart within the range, whenever their seats were sold. Days are those at the airport of ' +
      'departure, as the flights leave now. Flights that nobody ever asked to book are not known here and add no ' +
      'capacity. What is kept of a booking, after refunds, counts on its flights in proportion to their prices. With ' +
      '`Accept: text/csv` all lines come at once, without pages; amounts are minor units there too.',
    query: { from: '2026-12-01', to: '2026-12-31', by: 'route' },
    answer: {
      data: [
        {
          origin: 'JFK',
          destination: 'LHR',
          seats: 212,
          capacity: 300,
          loadFactor: 0.7067,
          revenue: { amount: 6_338_800, currency: 'USD' },
        },
      ],
      nextCursor: null,
    },
  }),
];
