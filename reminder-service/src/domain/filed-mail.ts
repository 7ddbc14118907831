/** A mail that lies in the mail folder. */
export type FiledMail = { readonly id: string; readonly to: string; readonly sentAtMs: number };
