import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { MailFacts } from '../domain/mail-facts.ts';
import { oneLine } from '../domain/plain-text.ts';
import type { AccountMailKind, BookingMailKind, ReminderKind } from '../domain/reminder.ts';

/** What the templates of a kind see as `it`. */
export type TemplateData<Kind extends ReminderKind> = { readonly brand: string } & (Kind extends BookingMailKind
  ? MailFacts
  : AccountFacts);

/** What a mail about an account says. */
export type AccountFacts = {
  readonly name: string;
  /** With the secret in it. */
  readonly link: string;
};

/** A mail in words. */
export type RenderedMail = { readonly subject: string; readonly text: string; readonly html: string };

/** Every kind of mail has a folder with three templates. */
const kinds = [
  'booking_confirmed',
  'departure_24h',
  'departure_2h',
  'welcome',
  'email_verification',
  'password_reset',
] as const satisfies readonly (BookingMailKind | AccountMailKind)[];

const folder = fileURLToPath(new URL('../../templates/en/', import.meta.url));

/**
 * Loads all templates. What they print is escaped in HTML, and left as it is in subject and text.
 * @throws Error when one is missing or can't be read, at start rather than when its first mail is due.
 */
export function loadTemplates(): <Kind extends ReminderKind>(kind: Kind, data: TemplateData<Kind>) => RenderedMail {
  const common = { views: folder, cache: true, rmWhitespace: false } as const;
  const html = new Eta({ ...common, autoEscape: true });
  const plain = new Eta({ ...common, autoEscape: false, autoTrim: [false, 'nl'] });

  for (const kind of kinds) {
    for (const [eta, part] of [
      [html, 'html'],
      [plain, 'text'],
      [plain, 'subject'],
    ] as const) {
      const path = eta.resolvePath?.(`./${kind}/${part}`);
      if (path === undefined || eta.readFile === null) throw new Error(`There is no template ${kind}/${part}.`);
      eta.compile(eta.readFile(path));
    }
  }
  return (kind, data) => ({
    subject: oneLine(plain.render(`./${kind}/subject`, data)),
    text: plain.render(`./${kind}/text`, data).trim().concat('\n'),
    html: html.render(`./${kind}/html`, data).trim().concat('\n'),
  });
}
