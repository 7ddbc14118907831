import type { ReminderKind } from './reminder.ts';

/**
 * Which mails somebody may switch off. Always sent are those that confirm what was bought, speak of money, tell of
 * another departure, answer what was asked for, or keep an account safe: who does not get them loses more than a nuisance.
 */
const switchable = {
  booking_held: false,
  booking_confirmed: false,
  booking_changed: false,
  booking_cancelled: false,
  payment_failed: false,
  schedule_changed: false,
  waitlist_offer: false,
  departure_24h: true,
  departure_2h: true,
  welcome: false,
  email_verification: false,
  password_reset: false,
} as const satisfies Record<ReminderKind, boolean>;

type Switchable = typeof switchable;

/** A kind of mail that can be switched off. */
export type SwitchableKind = { [Kind in ReminderKind]: Switchable[Kind] extends true ? Kind : never }[ReminderKind];

export const isSwitchable = (kind: string): kind is SwitchableKind =>
  Object.hasOwn(switchable, kind) && switchable[kind as ReminderKind];

// The keys of a literal are its own and no others.
const kinds = Object.keys(switchable) as ReminderKind[];

export const switchableKinds: readonly SwitchableKind[] = kinds.filter(isSwitchable);

/** What a link in a mail of a kind switches off: that kind, or where it is always sent all that can be switched off. */
export const switchedOffByLinkOf = (kind: string): readonly SwitchableKind[] =>
  isSwitchable(kind) ? [kind] : switchableKinds;
