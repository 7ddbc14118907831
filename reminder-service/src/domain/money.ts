/**
 * Formats by locale and currency: there are a few hundred at most, as many as there are currencies, and to make one takes
 * longer than to use it a hundred times.
 */
const formats = new Map<string, Intl.NumberFormat>();

/** An amount in minor units as people read it: `$299.00`, `¥29,900`, in German `299,00 €`. */
export function formatMoney(amountMinor: number, currency: string, locale = 'en-US'): string {
  const format = formatOf(currency, locale);
  // Undefined only for formats that are not of a currency.
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** decimals);
}

function formatOf(currency: string, locale: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  formats.set(key, format);
  return format;
}
