import type { Database } from '@jetbridge/service-kit/database/open-database.ts';
import type { Clock } from '@jetbridge/service-kit/time/clock.ts';
import type { AskConfirmedAddress } from '../clients/accounts.ts';
import type { Holder, StoredPreferences, SwitchedOffMails } from '../db/switched-off-mails.ts';
import { ReminderError } from '../domain/errors.ts';
import { type SwitchableKind, switchableKinds, switchedOffByLinkOf } from '../domain/switchable-kinds.ts';
import type { UnsubscribeTokens } from '../mail/unsubscribe-tokens.ts';

export type PreferenceParts = {
  readonly database: Database;
  readonly switchedOff: SwitchedOffMails;
  readonly askConfirmedAddress: AskConfirmedAddress;
  readonly tokens: Pick<UnsubscribeTokens, 'open'>;
  readonly clock: Clock;
};

/** What a user has chosen. */
export function readPreferences({ switchedOff }: PreferenceParts, userId: string): Promise<StoredPreferences> {
  return switchedOff.find(userId);
}

/**
 * Takes the choice of a user: what they switch off is not sent any more, planned mails included, and what they switch on
 * is planned again. Switched on is also what somebody had switched off by a link in a mail to the address that the
 * account has, and has confirmed.
 * @param choice.ifVersion the version it was made for, where that is to be checked.
 * @throws ReminderError `stale`
 */
export async function replacePreferences(
  { database, switchedOff, askConfirmedAddress, clock }: PreferenceParts,
  choice: { userId: string; off: ReadonlySet<string>; ifVersion: number | undefined },
): Promise<StoredPreferences> {
  const { userId, off, ifVersion } = choice;
  const address = await askConfirmedAddress(userId);
  return database.write(async (tx) => {
    const before = await switchedOff.lock(userId, tx);
    if (ifVersion !== undefined && ifVersion !== before.version) {
      throw new ReminderError('stale', 'The preferences were changed since you read them. Read them again.');
    }
    const wanted = switchableKinds.filter((kind) => !off.has(kind));
    const unwanted = switchableKinds.filter((kind) => off.has(kind));
    if (address !== undefined) await switchedOff.switchOn({ type: 'address', id: address }, wanted, clock.nowMs(), tx);
    await switchedOff.switchOn({ type: 'user', id: userId }, wanted, clock.nowMs(), tx);
    await switchedOff.switchOff({ type: 'user', id: userId }, unwanted, tx);
    if (isSame(before.switchedOff, unwanted)) return before;
    await switchedOff.raiseVersion(userId, tx);
    return { version: before.version + 1, switchedOff: unwanted };
  });
}

/**
 * Has no more mails of a kind sent, by the link of one: for the whole account where the mail went to its confirmed
 * address, else for the address, whoever's bookings are mailed there. Again it changes nothing.
 * @throws ReminderError `unsubscribe_token_invalid`
 */
export async function unsubscribe(parts: PreferenceParts, token: string): Promise<void> {
  const { database, switchedOff, tokens } = parts;
  const unsubscription = tokens.open(token);
  if (!unsubscription) throw new ReminderError('unsubscribe_token_invalid', 'This link is not one of our mails.');
  const holder = await holderOf(parts, unsubscription);
  const kinds = switchedOffByLinkOf(unsubscription.kind);
  await database.write(async (tx) => {
    if (holder.type === 'address') return switchedOff.switchOff(holder, kinds, tx);
    const before = await switchedOff.lock(holder.id, tx);
    await switchedOff.switchOff(holder, kinds, tx);
    if (kinds.some((kind) => !before.switchedOff.includes(kind))) await switchedOff.raiseVersion(holder.id, tx);
  });
}

/** Somebody whom a booking merely names as its contact decides for their address, and not for the account. */
async function holderOf(
  { askConfirmedAddress }: PreferenceParts,
  { userId, email }: { userId?: string | undefined; email: string },
): Promise<Holder> {
  const address = email.toLowerCase();
  const isOwn = userId !== undefined && (await askConfirmedAddress(userId)) === address;
  return isOwn ? { type: 'user', id: userId } : { type: 'address', id: address };
}

const isSame = (one: readonly SwitchableKind[], other: readonly SwitchableKind[]) =>
  one.length === other.length && one.every((kind) => other.includes(kind));
