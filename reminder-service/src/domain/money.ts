/** How amounts of a currency are written in a language. */
type MoneyFormat = { readonly format: Intl.NumberFormat; readonly unit: number };

/**
 * By locale and currency: there are a few hundred at most, as many as there are currencies, and to make one takes longer than
 * to use it a hundred times.
 */
const formats = new Map<string, MoneyFormat>();

/** An amount in minor units as people read it: `$299.00`, `¥29,900`, in German `299,00 €`. */
export function formatMoney(amountMinor: number, currency: string, locale = 'en-US'): string {
  const { format, unit } = formatOf(currency, locale);
  return format.format(amountMinor / unit);
}

function formatOf(currency: string, locale: string): MoneyFormat {
  const key = `${locale} ${currency}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  // Undefined only for formats that are not of a currency.
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  const made = { format, unit: 10 ** decimals };
  formats.set(key, made);
  return made;
}
