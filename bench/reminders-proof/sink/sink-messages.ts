/** How one mail ended at the sink once it had been taken. */
export const endings = ['replied', 'dropped before the reply', 'dropped after the reply'] as const;

/** A mail that the sink took. Instants are Unix milliseconds. */
export type TakenMail = {
  readonly to: string;
  /** With angle brackets; empty when the mail had none. */
  readonly messageId: string;
  /** Who logged in to send it. */
  readonly user: string;
  /** When its sender began with it. */
  readonly beganAtMs: number;
  readonly takenAtMs: number;
  readonly ending: (typeof endings)[number];
};

/** What goes wrong by itself, each in this share of all mails. */
export const mishaps = {
  'refused for now, at the recipient': 0.01,
  'refused for now, at the final dot': 0.02,
  'dropped before the final dot': 0.004,
  'dropped before the reply': 0.004,
  'dropped after the reply': 0.004,
  'replied to late': 0.02,
} as const;
export type Mishap = keyof typeof mishaps;

/** What happened at the sink, in the words of the report. */
export type SinkEvent = Mishap | 'refused for good' | 'refused because the mailbox is full';

/** What the sink tells, a few times a second. */
export type SinkReport = { readonly taken: readonly TakenMail[]; readonly events: readonly SinkEvent[] };

/** What it is started with. */
export type SinkOrder = {
  readonly port: number;
  readonly seed: number;
  /** Whether things go wrong by themselves. */
  readonly hasMishaps: boolean;
};
