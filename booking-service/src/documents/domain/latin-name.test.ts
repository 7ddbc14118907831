import { expect, test } from 'vitest';
import { latinName } from './latin-name.ts';

test.for([
  ['Lovelace', 'LOVELACE'],
  ['Müller-Lüdenscheidt', 'MUELLER LUEDENSCHEIDT'],
  ['Straße', 'STRASSE'],
  ["O'Brien", 'OBRIEN'],
  ['Łukasz Żółć', 'LUKASZ ZOLC'],
  ['Ångström Søren Þór', 'AANGSTROEM SOEREN THOR'],
  ['Nguyễn Đặng', 'NGUYEN DANG'],
  ['Щербаков Юлия', 'SHCHERBAKOV IULIIA'],
  ['Ольга Їжак', 'OLGA IZHAK'],
  ['Παπαδόπουλος', 'PAPADOPOYLOS'],
  ['Ada\u0308', 'ADAE'],
  ['Ｋｅｎ', 'KEN'],
] as const)('%s is written %s', ([name, written]) => {
  expect(latinName(name)).toBe(written);
});

test('a name in a script that is not transcribed letter by letter has no such form', () => {
  for (const name of ['محمد', 'דוד', '李小龍', '山田', '김철수', 'नमस्ते', '---'])
    expect(latinName(name)).toBeUndefined();
});
