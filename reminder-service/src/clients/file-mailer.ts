import type { FiledMail } from '../domain/filed-mail.ts';
import { type MailFolder, mailIdOf } from './mail-folder.ts';
import { writeMessage } from './mail-message.ts';
import { MailError, type Mailer, type Sender } from './mailer.ts';

/**
 * "Sends" into files, where there is no mail server. The same mail sent again is still one file and one entry, so that
 * not even a killed process doubles a mail here.
 * @param options.enter registers a mail that lies in the folder.
 */
export function createFileMailer(options: {
  folder: MailFolder;
  from: Sender;
  enter: (mail: FiledMail) => Promise<void>;
}): Mailer {
  const { folder, from, enter } = options;
  return {
    send: async (mail) => {
      const id = mailIdOf(mail.messageId);
      const { raw } = writeMessage(mail, from);
      try {
        await folder.write(id, raw);
        await enter({ id, to: mail.to, sentAtMs: mail.sentAtMs });
      } catch (error) {
        throw new MailError('put_off', 'The mail could not be written to its file.', error);
      }
    },
    close: async () => {},
  };
}
