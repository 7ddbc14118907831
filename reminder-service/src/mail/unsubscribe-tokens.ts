import { createTextSigner } from '@jetbridge/service-kit/auth/signed-text.ts';

/** Whom a mail went to, and what kind it was of. */
export type Unsubscription = {
  /** Whose booking or account the mail was about; nothing where that is not known. */
  readonly userId?: string | undefined;
  readonly email: string;
  readonly kind: string;
};

/** What the links in mails carry, by which somebody can have no more of them; nothing is stored for it. */
export type UnsubscribeTokens = {
  readonly issue: (unsubscription: Unsubscription) => string;
  /** Nothing for what was not made here. */
  readonly open: (token: string) => Unsubscription | undefined;
};

/** The tokens never end: a mail may be found again after years, and the wish in it is still one. */
export function createUnsubscribeTokens(secret: string): UnsubscribeTokens {
  const signer = createTextSigner({ secret, purpose: 'unsubscribe' });
  return {
    issue: ({ userId = '', email, kind }) => signer.sign(JSON.stringify([userId, email, kind])),
    open: (token) => {
      const text = signer.read(token);
      if (text === undefined) return undefined;
      // `issue` alone signs texts for this purpose.
      const [userId, email, kind] = JSON.parse(text) as [string, string, string];
      return { email, kind, ...(userId === '' ? {} : { userId }) };
    },
  };
}
