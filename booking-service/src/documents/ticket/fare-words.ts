import type { FareRules } from '@jetbridge/contracts/flights/schemas.ts';

/** `USD 1,299.00`, by the decimals that the currency has. Minor units in. */
export function describeMoney(minor: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' });
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** decimals).replaceAll('\u00a0', ' ');
}

/** What a fare allows after the sale. */
export function describeRules({ refundable, cancelFee, changeFee }: FareRules): string[] {
  const each = 'per passenger and flight';
  const fee = ({ amount, currency }: FareRules['cancelFee']) =>
    amount === 0 ? 'free of charge' : `for ${describeMoney(amount, currency)} ${each}`;
  return [
    refundable
      ? `Can be cancelled before departure ${fee(cancelFee)}; the rest of the fare is refunded.`
      : 'Not refundable.',
    `Can be changed before departure ${fee(changeFee)}, plus any difference in fare.`,
  ];
}
