/** What a spreadsheet would take for a formula at the beginning of a cell (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r]/;

/**
 * A table as CSV (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe, which it shows as text.
 * @param rows cells of the columns' order; null is an empty cell.
 */
export function toCsv(columns: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(toCell).join(',')}\r\n`).join('');
}

function toCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
