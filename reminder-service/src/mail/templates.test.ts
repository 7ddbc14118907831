import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkTemplates, sampleMail } from './sample-mails.ts';
import { languagesIn, loadTemplates, mailKinds } from './templates.ts';

const common = { brand: 'Example Air', site: 'https://booking.example' };

describe.each(languagesIn())('mails in %s', (language) => {
  const templates = loadTemplates({ ...common, language });

  test.each(mailKinds)('%s can be written, says something in each part, and leaves nothing open', (kind) => {
    const { subject, text, html } = sampleMail(templates, kind);
    expect(subject.length).toBeGreaterThan(10);
    expect(subject.length).toBeLessThan(100);
    for (const part of [subject, text, html]) expect(part).not.toMatch(/undefined|null|NaN|\[object|<%|%>|\{\w+\}/);
    expect(text).not.toMatch(/<\w|&\w+;/);
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    // What a mail program would have to fetch tells of who reads it, or is not shown.
    expect(html).not.toMatch(/<(?:img|link|script|iframe)\b|url\(|@import|@font-face/);
    expect(html.match(/<table/g)?.length).toBe(html.match(/<\/table>/g)?.length);
  });

  test.each(['departure_24h', 'departure_2h', 'schedule_changed', 'booking_confirmed'] as const)(
    '%s tells the terminals that are known, of the flight they belong to',
    (kind) => {
      const { text, html } = sampleMail(templates, kind);
      for (const terminal of ['Terminal 8', 'Terminal 5']) {
        expect(text).toContain(`), ${terminal}\n`);
        expect(html).toContain(`>${terminal}</div>`);
      }
      expect(text).toMatch(/London \(LHR\)\n/);
    },
  );
});

test('each language has words and formats of its own', () => {
  const [english, german] = ['en', 'de'].map((language) =>
    sampleMail(loadTemplates({ ...common, language }), 'booking_held'),
  );
  expect(english?.subject).toBe('Booking K7QX2M: pay by 23:35 EST, Fri 27 Nov');
  expect(german?.subject).toBe('Buchung K7QX2M: zahlbar bis Fr 27. Nov, 23:35 EST');
  expect(english?.text).toContain('$1,842.50');
  expect(german?.text).toContain('1.842,50\u00a0$');
  expect(german?.text).toContain('1 Std. 30 Min.');
});

describe('templates of the operator', () => {
  let ownFolder: string;
  beforeEach(() => {
    ownFolder = mkdtempSync(join(tmpdir(), 'templates-'));
  });
  afterEach(() => rmSync(ownFolder, { recursive: true }));

  function put(name: string, content: string): string {
    const path = join(ownFolder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }
  const load = (language = 'en') => {
    const templates = loadTemplates({ ...common, language, ownFolder });
    checkTemplates(templates);
    return templates;
  };

  test('stand in the place of ours one by one', () => {
    put('en/booking_held/subject.eta', 'Hold <%= it.reference %> with <%= it.brand %>');
    const ours = loadTemplates({ ...common, language: 'en' });
    const held = sampleMail(load(), 'booking_held');
    expect(held.subject).toBe('Hold K7QX2M with Example Air');
    expect(held.text).toBe(sampleMail(ours, 'booking_held').text);
    expect(sampleMail(load(), 'departure_2h')).toEqual(sampleMail(ours, 'departure_2h'));
  });

  test('may change one part for all mails of all languages', () => {
    put('parts/heading.eta', '<tr><td><h1><%= it.heading %></h1></td></tr>');
    for (const language of ['en', 'de'])
      expect(sampleMail(load(language), 'welcome').html).toMatch(/<h1>\w+(?: to|,) /);
  });

  test('are escaped like ours', () => {
    put('en/welcome/html.eta', '<p><%= it.name %> <%= "<i>" %></p>');
    expect(sampleMail(load(), 'welcome').html).toBe('<p>Ada Lovelace &lt;i&gt;</p>\n');
  });

  test('may add a language; what it lacks stops the start', () => {
    put('nl/welcome/subject.eta', 'Welkom');
    expect(languagesIn(ownFolder)).toEqual(['de', 'en', 'nl']);
    expect(() => load('nl')).toThrow('There is no mail template nl/booking_held/html.eta.');
  });

  test.each([
    ['is no template', '<% if (true) { %>', /line 3: Unexpected token/],
    ['holds a slip', '<%= it.reference +* 2 %>\n\nfour', /line 3: Unexpected token '\*'$/],
    ['is not closed', '<%= it.reference', /unclosed tag at line 3 col 1/],
    ['asks for what is not there', '<%= it.booking.reference %>', /text\.eta:3\b.*'reference'/s],
    ['includes what is not there', '<%~ include("/nothing", it) %>', /text\.eta:3\b.*en\/nothing\.eta/s],
  ])('one that %s stops the start, which names file and line', (_, content, message) => {
    const path = put('en/booking_changed/text.eta', `one\ntwo\n${content}\n`);
    expect(load).toThrow(path);
    expect(load).toThrow(message);
  });

  test('words that were written before terminals were told have a word for them', () => {
    const { terminal: _terminal, ...older } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../templates/de/words.json'), 'utf8'),
    );
    put('de/words.json', JSON.stringify(older));
    expect(sampleMail(load('de'), 'departure_24h').text).toContain('(JFK), Terminal 8\n');
  });

  test('words that are not those of a language stop the start, naming the file and the word', () => {
    const path = put('de/words.json', '{ "locale": "de-DE" }');
    expect(() => load('de')).toThrow(path);
    expect(() => load('de')).toThrow(/cabins/);
  });
});
