import { createTransport } from 'nodemailer';
import type { FiledMail } from '../domain/filed-mail.ts';
import { type MailFolder, mailIdOf } from './mail-folder.ts';
import { toMessage } from './mail-message.ts';
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
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return {
    send: async (mail) => {
      const id = mailIdOf(mail.messageId);
      const options = toMessage(mail, from);
      try {
        const { message } = await transport.sendMail(options);
        // With `buffer` the message is one, not a stream.
        await folder.write(id, message as Buffer);
        await enter({ id, to: mail.to, sentAtMs: mail.sentAtMs });
      } catch (error) {
        throw new MailError('put_off', 'The mail could not be written to its file.', error);
      }
    },
    close: async () => {},
  };
}
