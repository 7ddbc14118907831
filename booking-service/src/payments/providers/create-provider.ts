import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { PaymentSettings } from '../../config.ts';
import type { PaymentProvider } from './provider.ts';
import { createSandboxProvider } from './sandbox.ts';

/** The provider that the settings name; null where bookings are confirmed without payment. */
export async function createPaymentProvider(
  settings: PaymentSettings,
  database: Database,
): Promise<PaymentProvider | null> {
  switch (settings.provider) {
    case 'none':
      return null;
    case 'sandbox':
      return createSandboxProvider({ database, webhookSecret: settings.webhookSecret });
    case 'stripe': {
      // Only where it is used: its client takes 34 MB and a fifth of a second.
      const { createStripeProvider } = await import('./stripe.ts');
      const { secretKey, webhookSecret, apiUrl } = settings;
      return createStripeProvider({ secretKey, webhookSecret, ...(apiUrl === undefined ? {} : { apiUrl }) });
    }
  }
}
