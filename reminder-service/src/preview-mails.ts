// `npm run mail:preview -- [FOLDER] [--language de]`: writes one mail of each kind to files, to look at. With
// MAIL_TEMPLATES_DIR the operator's own templates are used, as the service would.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeMessage } from './clients/mail-message.ts';
import { sampleMail } from './mail/sample-mails.ts';
import { languagesIn, loadTemplates, mailKinds, type RenderedMail } from './mail/templates.ts';

const usage = `Writes one mail of each kind, in each language, as HTML, text and .eml, and an index.html:

  npm run mail:preview                     into data/mail-preview
  npm run mail:preview -- FOLDER
  npm run mail:preview -- --language de    one language alone`;

const from = {
  name: process.env.MAIL_FROM?.split('<')[0]?.trim() || 'Jetbridge',
  address: 'no-reply@jetbridge.example',
};

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { language: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  // `npm run` starts programs in the folder of the project.
  const folder = resolve(positionals[0] ?? join('data', 'mail-preview'));
  const ownFolder = process.env.MAIL_TEMPLATES_DIR;
  const known = languagesIn(ownFolder);
  const languages = values.language === undefined ? known : [values.language];
  const unknown = languages.find((language) => !known.includes(language));
  if (unknown !== undefined)
    throw new Error(`There are no templates for ${unknown}; there are for ${known.join(', ')}.`);
  const rows: string[] = [];
  for (const language of languages) {
    const templates = loadTemplates({ brand: from.name, site: 'https://booking.example', language, ownFolder });
    mkdirSync(join(folder, language), { recursive: true });
    for (const kind of mailKinds) {
      const mail = sampleMail(templates, kind);
      writeMail(join(folder, language, kind), mail);
      rows.push(`<li><a href="${language}/${kind}.html">${language} / ${kind}</a>: ${escapeHtml(mail.subject)}</li>`);
    }
    console.log(`${language}: ${mailKinds.length} mails`);
  }
  writeFileSync(
    join(folder, 'index.html'),
    `<!DOCTYPE html><meta charset="utf-8"><title>Mails</title><ul>\n${rows.join('\n')}\n</ul>\n`,
  );
  console.log(`Open ${join(folder, 'index.html')}`);
}

function writeMail(path: string, mail: RenderedMail): void {
  writeFileSync(`${path}.html`, mail.html);
  writeFileSync(`${path}.txt`, `${mail.subject}\n\n${mail.text}`);
  const { raw } = writeMessage(
    {
      ...mail,
      to: 'ada@example.com',
      messageId: '<preview@jetbridge.example>',
      unsubscribeUrl: 'https://booking.example/api/v1/unsubscribe/sample',
      sentAtMs: Date.UTC(2026, 11, 24),
    },
    from,
  );
  writeFileSync(`${path}.eml`, raw);
}

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
