import { BookingError } from '../../domain/errors.ts';
import { WebhookRefused } from '../providers/provider.ts';
import { type ChargeParts, settlePayment } from './charge-payment.ts';

/**
 * Hears news of a charge from its provider. News that come again change nothing.
 * @throws BookingError `webhook_unsigned`, `webhook_outdated`, `webhook_unreadable`, `webhook_mismatch`,
 * `payment_not_found`.
 */
export async function receivePaymentWebhook(
  parts: Omit<ChargeParts, 'provider'> & { readonly provider: ChargeParts['provider'] | null },
  told: {
    readonly provider: string;
    readonly body: Buffer;
    readonly header: (name: string) => string | undefined;
    readonly requestId: string;
  },
): Promise<void> {
  const { provider } = parts;
  if (provider?.name !== told.provider) {
    throw new BookingError('payment_not_found', 'No payment is made with this provider here.');
  }
  const news = readNews(() => provider.readWebhook(told.body, told.header));
  if (!news) return;
  const payment = await parts.payments.find(news.paymentId);
  if (!payment) throw new BookingError('payment_not_found', 'There is no such payment.');
  if (payment.amountMinor !== news.amountMinor || payment.currency !== news.currency) {
    throw new BookingError('webhook_mismatch', 'The amount is not the one of the payment.');
  }
  await settlePayment({ ...parts, provider }, { payment, settlement: news.outcome, requestId: told.requestId });
}

function readNews<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof WebhookRefused) throw new BookingError(error.code, error.message);
    // It was signed, so nobody forged it: the provider says something in a way that we don't know.
    throw new BookingError('webhook_unreadable', 'The webhook is not of a form that is known here.', { cause: error });
  }
}
