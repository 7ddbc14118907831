import type { UnsubscribeTokens, Unsubscription } from './unsubscribe-tokens.ts';

/** The address that ends mails like this one. */
export type UnsubscribeLinks = (unsubscription: Unsubscription) => string;

/** @param publicUrl where the gateway is reached, without a slash at the end. */
export const createUnsubscribeLinks =
  (publicUrl: string, tokens: UnsubscribeTokens): UnsubscribeLinks =>
  (unsubscription) =>
    `${publicUrl}/api/v1/unsubscribe/${tokens.issue(unsubscription)}`;
