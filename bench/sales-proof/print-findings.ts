import type { Findings } from './findings.ts';

/** Tells what had to hold, in the words of `names`, how often it was looked at, and how often it did not. */
export function printFindings<Name extends string>(
  findings: Findings<Name>,
  names: Readonly<Record<Name, string>>,
  print: (line: string) => void,
): void {
  print(`  ${'must hold'.padEnd(58)}${'checked'.padStart(12)}${'violations'.padStart(12)}`);
  for (const [name, { checked, violations, examples }] of findings.all()) {
    print(`  ${names[name].padEnd(58)}${whole(checked).padStart(12)}${whole(violations).padStart(12)}`);
    for (const example of examples) print(`      ${example}`);
  }
}

const whole = (value: number) => value.toLocaleString('en');
