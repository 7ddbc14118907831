import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { reminderKinds } from '@jetbridge/contracts/reminders/routes.ts';
import { Eta } from 'eta';
import { z } from 'zod';
import type { MailFacts } from '../domain/mail-facts.ts';
import { oneLine } from '../domain/plain-text.ts';
import type { BookingMailKind, ReminderKind } from '../domain/reminder.ts';
import { english, type Words } from '../domain/words.ts';

/** What the templates of a kind see as `it`, beside brand, site and language. */
export type TemplateData<Kind extends ReminderKind> = Kind extends BookingMailKind ? BookingMailData : AccountFacts;

/** Of a mail about a booking. */
export type BookingMailData = MailFacts & {
  /** What the calendar file that is attached does to the flights, if there is one. */
  readonly calendar: 'adds' | 'removes' | 'none';
  /** Whether the ticket is attached, or could not be had and stays with the booking. */
  readonly ticket: 'attached' | 'apart' | 'none';
};

/** What a mail about an account says. */
export type AccountFacts = {
  readonly name: string;
  /** With the secret in it. */
  readonly link: string;
};

/** A mail in words. */
export type RenderedMail = { readonly subject: string; readonly text: string; readonly html: string };

/** All kinds of mails in one language. */
export type Templates = {
  readonly words: Words;
  /** @throws Error naming the template and its line when it can't be filled in. */
  readonly render: <Kind extends ReminderKind>(kind: Kind, data: TemplateData<Kind>) => RenderedMail;
};

export type TemplateChoice = {
  /** The name of the sender, at the head of each mail. */
  readonly brand: string;
  /** Where bookings are looked at and paid for: the address of the web app. */
  readonly site: string;
  /** The folder of the language: `en`. */
  readonly language: string;
  /** Files that stand in the place of ours, in the same order of folders. */
  readonly ownFolder?: string | undefined;
};

/** Every kind of mail has a folder with three templates. */
export const mailKinds = reminderKinds;

const ourFolder = fileURLToPath(new URL('../../templates/', import.meta.url));

/** What all languages share; the others are languages. */
const commonFolder = 'parts';

/** The languages there are templates for, ours and the operator's. */
export function languagesIn(ownFolder?: string): string[] {
  const found = [ourFolder, ownFolder].flatMap((folder) =>
    folder === undefined ? [] : readdirSync(folder, { withFileTypes: true }),
  );
  const names = found.filter((entry) => entry.isDirectory() && entry.name !== commonFolder).map(({ name }) => name);
  return [...new Set(names)].toSorted();
}

/**
 * Loads the templates of a language. A file is looked for in the operator's folder before ours, and in that of the language
 * before `parts`. What they print is escaped in HTML, and left as it is in subject and text.
 * @throws Error when a template is missing or can't be read, naming it and its line: at start rather than when its first
 * mail is due.
 */
export function loadTemplates({ brand, site, language, ownFolder }: TemplateChoice): Templates {
  const roots = [ownFolder, ourFolder].flatMap((folder) =>
    folder === undefined ? [] : [join(folder, language), join(folder, commonFolder)],
  );
  const find = (name: string) => roots.map((root) => join(root, name)).find((path) => existsSync(path));
  // Eta asks for the path of a template, and of each part in it, whenever it fills one in.
  const paths = new Map<string, string>();

  function resolvePath(template: string): string {
    const known = paths.get(template);
    if (known !== undefined) return known;
    const name = `${template.replace(/^\.?\//, '')}.eta`;
    const path = find(name);
    if (path === undefined) throw new Error(`There is no mail template ${language}/${name}.`);
    paths.set(template, path);
    return path;
  }

  const common = { views: ourFolder, cache: true, rmWhitespace: false, debug: true } as const;
  const html = new Eta({ ...common, autoEscape: true });
  const plain = new Eta({ ...common, autoEscape: false, autoTrim: [false, 'nl'] });
  for (const eta of [html, plain]) eta.resolvePath = resolvePath;
  for (const kind of mailKinds) {
    compile(html, resolvePath(`${kind}/html`));
    compile(plain, resolvePath(`${kind}/text`));
    compile(plain, resolvePath(`${kind}/subject`));
  }
  return {
    words: readWords(language, find('words.json')),
    render: (kind, facts) => {
      const data = { ...facts, brand, site, language };
      return {
        subject: oneLine(plain.render(`./${kind}/subject`, data)),
        text: plain.render(`./${kind}/text`, data).trim().concat('\n'),
        html: html.render(`./${kind}/html`, data).trim().concat('\n'),
      };
    },
  };
}

/** @throws Error with file and line when what stands there is no template. */
function compile(eta: Eta, path: string): void {
  try {
    const program = eta.compileToString(readFileSync(path, 'utf8'));
    assertProgram(program, path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The mail template ${path} can't be read: ${reason}`, { cause: error });
  }
}

/** Eta shows a whole program where its syntax is wrong; the line of the template is what helps. */
function assertProgram(program: string, path: string): void {
  try {
    new Script(`(function (it, options) {\n${program}\n})`, { filename: path });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The first line of the stack of a syntax error is where it stands.
    const lineOfProgram = Number(/:(\d+)$/m.exec(error.stack ?? '')?.[1] ?? 0) - 1;
    const marks = program
      .split('\n')
      .slice(0, lineOfProgram)
      .join('\n')
      .matchAll(/^__eta\.line=(\d+)$/gm);
    const line = [...marks].at(-1)?.[1] ?? '1';
    throw new Error(`line ${line}: ${error.message}`, { cause: error });
  }
}

const text = z.string().min(1);
const wordsFile = z.strictObject({
  locale: text.refine((locale) => Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0, 'is no known locale'),
  cabins: z.strictObject({ economy: text, premium_economy: text, business: text, first: text }),
  passengerTypes: z.strictObject({ adult: text, child: text, infant: text }),
  passenger: text,
  date: text,
  shortDate: text,
  // An operator's words may be older than it is, and most languages call it so.
  terminal: text.default(english.terminal),
  way: text,
  andBack: text,
  andMore: text,
  hours: text,
  minutes: text,
  inHours: text,
  inMinutes: text,
  inOneMinute: text,
  failures: z.object({ other: text }).catchall(text),
});

/** The words of a language stand in its folder; those of English are our own. */
function readWords(language: string, path: string | undefined): Words {
  if (path === undefined) {
    if (language === 'en') return english;
    throw new Error(`The mail templates of ${language} have no words.json.`);
  }
  try {
    return wordsFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`The words of the mails in ${path} can't be read: ${reason}`, { cause: error });
  }
}
