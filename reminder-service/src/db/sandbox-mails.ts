import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import { Op, type WhereOptions } from 'sequelize';
import type { FiledMail } from '../domain/filed-mail.ts';
import { defineModels, type MailRow } from './models.ts';

export type MailFilter = {
  readonly to?: string | undefined;
  readonly after?: { readonly sentAtMs: number; readonly id: string } | undefined;
  readonly limit: number;
};

/** The register of the mail folder, so that a page of it costs what it holds, however many files there are. */
export type SandboxMails = ReturnType<typeof createSandboxMails>;

export function createSandboxMails({ sequelize, dialect, write }: Database) {
  const { Mail } = defineModels(sequelize);
  return {
    /** Enters a mail; one that is there already stays as it is. */
    enter: ({ id, to, sentAtMs }: FiledMail): Promise<void> =>
      write((tx) =>
        dialect.insertOrKeep(sequelize, 'sandbox_mails', [{ id, recipient: to, sent_at_ms: sentAtMs }], tx),
      ),
    find: async (id: string): Promise<FiledMail | undefined> => {
      const row = await Mail.findByPk(id);
      return row ? read(row) : undefined;
    },
    /** Newest first. */
    list: async ({ to, after, limit }: MailFilter): Promise<FiledMail[]> => {
      const where: WhereOptions[] = to === undefined ? [] : [{ recipient: to.toLowerCase() }];
      if (after) {
        where.push({ sentAtMs: { [Op.lte]: after.sentAtMs } });
        where.push({ [Op.or]: [{ sentAtMs: { [Op.lt]: after.sentAtMs } }, { id: { [Op.lt]: after.id } }] });
      }
      const order: [string, string][] = [
        ['sentAtMs', 'DESC'],
        ['id', 'DESC'],
      ];
      return (await Mail.findAll({ where: { [Op.and]: where }, order, limit })).map(read);
    },
  };
}

function read(row: MailRow): FiledMail {
  return { id: row.id, to: row.recipient, sentAtMs: Number(row.sentAtMs) };
}
