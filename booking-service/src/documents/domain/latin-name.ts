/**
 * A name in the letters A to Z and spaces, as machine-readable travel documents write it: ICAO Doc 9303-3, section 6,
 * for Latin and Cyrillic letters; Greek by ISO 843 (ELOT 743).
 * @returns nothing where no letter has such a form, as in scripts that are not transcribed letter by letter.
 */
export function latinName(name: string): string | undefined {
  const letters = Array.from(name.normalize('NFC').toUpperCase(), latinOf).join('');
  const words = letters.split(/[^A-Z]+/).filter((word) => word !== '');
  return words.length > 0 ? words.join(' ') : undefined;
}

function latinOf(letter: string): string {
  const written = transcriptions.get(letter);
  if (written !== undefined) return written;
  // Marks that the tables don't name fall away, and the letter under them is looked up.
  const base = letter.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return base === letter ? letter : Array.from(base, latinOf).join('');
}

const transcriptions: ReadonlyMap<string, string> = new Map(
  `Ä=AE Å=AA Æ=AE Ð=D Ö=OE Ø=OE Ü=UE Þ=TH Đ=D Ħ=H Ĳ=IJ Ŀ=L Ł=L Ŋ=N Œ=OE Ŧ=T Ə=E ẞ=SS ß=SS ʼ= '= ’= -=_
   А=A Б=B В=V Г=G Ґ=G Д=D Ђ=D Ѓ=G Е=E Ё=E Ѐ=E Є=IE Ж=ZH З=Z Ѕ=DZ И=I Ѝ=I І=I Ї=I Й=I Ј=J К=K Ќ=K Л=L Љ=LJ М=M Н=N Њ=NJ
   О=O П=P Р=R С=S Т=T Ћ=C У=U Ў=U Ф=F Х=KH Ц=TS Ч=CH Џ=DZ Ш=SH Щ=SHCH Ъ=IE Ы=Y Ь= Э=E Ю=IU Я=IA
   Α=A Β=V Γ=G Δ=D Ε=E Ζ=Z Η=I Θ=TH Ι=I Κ=K Λ=L Μ=M Ν=N Ξ=X Ο=O Π=P Ρ=R Σ=S Τ=T Υ=Y Φ=F Χ=CH Ψ=PS Ω=O`
    .split(/\s+/)
    .map((pair): [string, string] => [pair.slice(0, 1), pair.slice(2)]),
);
