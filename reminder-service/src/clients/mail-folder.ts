import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@jetbridge/service-kit/ids.ts';
import PostalMime from 'postal-mime';

/** A mail as it lies in the folder. */
export type ReadMail = {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets. */
  readonly messageId: string;
  readonly attachments: readonly { readonly filename: string; readonly contentType: string; readonly size: number }[];
};

/** The id of the mail with this Message-ID, and the name of its file: the same mail has the same one. */
export function mailIdOf(messageId: string): string {
  return `mail_${createHash('sha256').update(messageId).digest('hex').slice(0, 26)}`;
}

/** Mails as `.eml` files in a folder, one each. */
export type MailFolder = ReturnType<typeof openMailFolder>;

/** Opens the folder, and makes it where it is missing. */
export function openMailFolder(folder: string) {
  mkdirSync(folder, { recursive: true });
  const fileOf = (id: string) => join(folder, `${id}.eml`);

  return {
    /** Puts a mail there, whole or not at all; in place of an earlier one with the same id. */
    write: async (id: string, source: Buffer): Promise<void> => {
      const draft = join(folder, `.${newId('draft')}`);
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(source);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, fileOf(id));
    },
    /** Reads a mail; nothing when somebody has removed its file. */
    read: async (id: string): Promise<ReadMail | undefined> => {
      const source = await readFile(fileOf(id)).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      });
      return source && parse(source);
    },
  };
}

async function parse(source: Buffer): Promise<ReadMail> {
  const mail = await PostalMime.parse(source, { attachmentEncoding: 'arraybuffer' });
  return {
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    messageId: mail.messageId ?? '',
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
      filename: filename ?? '',
      contentType: mimeType,
      size: typeof content === 'string' ? content.length : content.byteLength,
    })),
  };
}
