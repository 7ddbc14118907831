/** An amount in minor units as people read it: `$299.00`, `¥29,900`, in German `299,00 €`. */
export function formatMoney(amountMinor: number, currency: string, locale = 'en-US'): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  // Undefined only for formats that are not of a currency.
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** decimals);
}
