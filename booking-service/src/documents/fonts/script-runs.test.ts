import { expect, test } from 'vitest';
import { scriptRuns } from './script-runs.ts';

/** Hebrew and Han have a font each, all else a third one. */
const faceOf = (sign: string) =>
  /\p{Script=Hebrew}/u.test(sign) ? 'hebrew' : /\p{Script=Han}/u.test(sign) ? 'han' : 'latin';
const textsOf = (text: string) => scriptRuns(text, faceOf).map((run) => run.text);

test('a text of one script is one run', () => {
  expect(scriptRuns('Ada', faceOf)).toEqual([{ text: 'Ada', face: 'latin' }]);
  expect(scriptRuns('', faceOf)).toEqual([]);
});

test('words of a script from right to left stand in reverse order', () => {
  expect(textsOf('דוד בן כהן')).toEqual(['כהן', ' ', 'בן', ' ', 'דוד']);
});

test('the first letter decides the direction of a mixed text', () => {
  expect(textsOf('Ada דוד כהן Lee')).toEqual(['Ada', ' ', 'כהן', ' ', 'דוד', ' ', 'Lee']);
  expect(textsOf('דוד Ada Lee כהן')).toEqual(['כהן', ' ', 'Ada', ' ', 'Lee', ' ', 'דוד']);
});

test('a letter and its marks are never cut apart', () => {
  const cut: string[] = [];
  scriptRuns('e\u0301\u0323क्षि', (sign) => {
    cut.push(sign);
    return 'latin';
  });
  expect(cut.join('')).toBe('e\u0301\u0323क्षि'.normalize('NFC'));
  expect(cut).not.toContain('\u0323');
});

test('what cannot be printed falls away, joiners stay', () => {
  expect(textsOf('A\u202Ed\u0000a\n')).toEqual(['Ada']);
  expect(textsOf('क्\u200Dष')).toEqual(['क्\u200Dष']);
});
