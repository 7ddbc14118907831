/** Rows that are printed at most; the rest is counted. */
const maximumRows = 100;

/** Rows as text in columns of equal width, below their titles. */
export function textTable(titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const shown = [titles, ...rows.slice(0, maximumRows).map((row) => row.map(String))];
  const widths = titles.map((_, column) => Math.max(...shown.map((row) => row[column]?.length ?? 0)));
  const lines = shown.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const more = rows.length > maximumRows ? [`… and ${rows.length - maximumRows} more`] : [];
  return [...lines, ...more].map((line) => `  ${line}`).join('\n');
}
