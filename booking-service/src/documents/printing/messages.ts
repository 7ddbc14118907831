/** What the printing process answers to a booking that it was sent. */
export type PrintingAnswer = { readonly pdf: Uint8Array } | { readonly error: unknown };
