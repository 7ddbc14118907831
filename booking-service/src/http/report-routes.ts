import { salesReportRoute } from '@jetbridge/contracts/bookings/report-routes.ts';
import { chooseMediaType } from '@jetbridge/service-kit/http/accept.ts';
import { type BoundRoute, bindRoute } from '@jetbridge/service-kit/http/app.ts';
import type { SalesReport } from '../reports/db/sales-report.ts';
import { presentSalesCsv, presentSalesLine } from '../reports/presenters/present-sales-report.ts';
import { reportAllSales, reportSales } from '../reports/use-cases/report-sales.ts';

/** What the company looks at. */
export function reportRoutes(parts: { readonly report: SalesReport; readonly currency: string }): BoundRoute[] {
  const { report, currency } = parts;
  return [
    bindRoute(salesReportRoute, async ({ query, header }) => {
      const mediaType = chooseMediaType(header('accept'), ['application/json', 'text/csv']);
      if (mediaType === 'text/csv') {
        const lines = await reportAllSales(report, query);
        const bytes = async () => Buffer.from(presentSalesCsv(query.by, lines, currency));
        const filename = `sales-by-${query.by}-${query.from}-${query.to}.csv`;
        return { bytes, mediaType: 'text/csv; charset=utf-8; header=present', filename };
      }
      const { data, nextCursor } = await reportSales(report, query);
      return { body: { data: data.map((line) => presentSalesLine(line, currency)), nextCursor } };
    }),
  ];
}
