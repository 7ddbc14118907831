import { type Page, readCursor, toPage } from '@jetbridge/service-kit/http/pages.ts';
import type { MailFolder, ReadMail } from '../clients/mail-folder.ts';
import type { MailFilter, SandboxMails } from '../db/sandbox-mails.ts';
import { ReminderError } from '../domain/errors.ts';
import type { FiledMail } from '../domain/filed-mail.ts';

/** What a client asks of the mailbox. */
export type MailQuestion = Omit<MailFilter, 'after'> & { readonly cursor?: string | undefined };

/** A mail of the mailbox with what its file holds. */
export type MailboxMail = FiledMail & ReadMail;

export type MailboxParts = { readonly register: SandboxMails; readonly folder: MailFolder };

/** A page of the mails in the folder, newest first. @throws HttpProblem 400 for a foreign cursor. */
export async function listMails(parts: MailboxParts, asked: MailQuestion): Promise<Page<MailboxMail>> {
  const after = readPosition(asked);
  const found = await parts.register.list({ ...asked, after, limit: asked.limit + 1 });
  const positionOf = ({ sentAtMs, id }: FiledMail) => [sentAtMs, id];
  const { data, nextCursor } = toPage(found, { limit: asked.limit, question: asked, positionOf });
  const mails: MailboxMail[] = [];
  // One after the other: a page is up to 200 mails, and they need not all be in memory as files at once.
  for (const filed of data) {
    const mail = await complete(parts, filed);
    if (mail) mails.push(mail);
  }
  return { data: mails, nextCursor };
}

/** One mail. @throws ReminderError `mail_not_found` */
export async function readMail(parts: MailboxParts, id: string): Promise<MailboxMail> {
  const filed = await parts.register.find(id);
  const mail = filed && (await complete(parts, filed));
  if (!mail) throw new ReminderError('mail_not_found', 'There is no mail with this id.');
  return mail;
}

/** Nothing when somebody has removed the file. */
async function complete({ folder }: MailboxParts, filed: FiledMail): Promise<MailboxMail | undefined> {
  const mail = await folder.read(filed.id);
  return mail && { ...filed, ...mail };
}

function readPosition(asked: MailQuestion): MailFilter['after'] {
  const position = readCursor(asked.cursor, asked, ['number', 'string']);
  return position && { sentAtMs: position[0], id: position[1] };
}
