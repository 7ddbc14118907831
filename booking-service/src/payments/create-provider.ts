import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { PaymentSettings } from '../config.ts';
import type { PaymentProvider } from './provider.ts';
import { createSandboxProvider } from './sandbox.ts';
import { createStripeProvider } from './stripe.ts';

/** The provider that the settings name; null where bookings are confirmed without payment. */
export function createPaymentProvider(settings: PaymentSettings, database: Database): PaymentProvider | null {
  switch (settings.provider) {
    case 'none':
      return null;
    case 'sandbox':
      return createSandboxProvider({ database, webhookSecret: settings.webhookSecret });
    case 'stripe': {
      const { secretKey, webhookSecret, apiUrl } = settings;
      return createStripeProvider({ secretKey, webhookSecret, ...(apiUrl === undefined ? {} : { apiUrl }) });
    }
  }
}
