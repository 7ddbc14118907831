import type { ReminderKind, ReminderReason } from './reminder.ts';

/** What keeps mails of a booking from going out although its state asks for them. */
export type SendBlocks = {
  /** A mail server has refused the booking's address for good. */
  readonly addressRefused: boolean;
  /** Kinds that the user, or whoever has the address, does not want. */
  readonly switchedOff: ReadonlySet<ReminderKind>;
};

/** Nothing does. */
export const noBlocks: SendBlocks = { addressRefused: false, switchedOff: new Set() };

/** Why a mail of this kind does not go out; nothing when it may. */
export function blockOf(kind: ReminderKind, blocks: SendBlocks): BlockReason | undefined {
  if (blocks.switchedOff.has(kind)) return 'switched_off';
  return blocks.addressRefused ? 'address_refused' : undefined;
}

export type BlockReason = Extract<ReminderReason, 'switched_off' | 'address_refused'>;
