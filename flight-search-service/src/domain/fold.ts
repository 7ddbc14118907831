/** Text as it is compared in searches: lower case, without accents. `Zürich` and `zurich` fold alike. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .trim();
}
