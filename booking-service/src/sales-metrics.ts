import type { Metrics } from '@jetbridge/service-kit/metrics/metrics.ts';
import type { Payments } from './payments/db/payments.ts';
import type { SalesDesk } from './sales/desk/sales-desk.ts';

/** Shows how crowded the desk is, and money that somebody should look after. */
export function showSalesMetrics(metrics: Metrics, { desk, payments }: { desk: SalesDesk; payments: Payments }): void {
  metrics.gauge({
    name: 'jetbridge_sales_desk_waiting',
    help: 'Requests that wait at the sales desk of a process',
    read: async () => desk.waiting(),
  });
  metrics.gauge({
    name: 'jetbridge_payments_overdue',
    help: 'Payments and refunds that nobody has brought to an end in time',
    read: payments.countOverdue,
  });
  metrics.gauge({
    name: 'jetbridge_refunds_failed',
    help: 'Refunds that the payment provider did not make',
    read: payments.countFailedRefunds,
  });
}
