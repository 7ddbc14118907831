import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** Makes texts that only services of this system can have written, and reads them again. */
export type TextSigner = {
  readonly sign: (text: string) => string;
  /** The text that was signed; undefined for anything that was not, or for another purpose. */
  readonly read: (signed: string) => string | undefined;
};

/**
 * @param options.secret shared by all services.
 * @param options.purpose goes into the key, so that nothing signed for one purpose is good for another.
 */
export function createTextSigner({ secret, purpose }: { secret: string; purpose: string }): TextSigner {
  // As a key object: of bytes, Node makes one at each signature, which takes five times as long as signing.
  const key = createSecretKey(createHmac('sha256', secret).update(`signed text: ${purpose}`).digest());
  const signatureOf = (encoded: string) => createHmac('sha256', key).update(encoded).digest();
  return {
    sign(text) {
      const encoded = Buffer.from(text, 'utf8').toString('base64url');
      return `${encoded}.${signatureOf(encoded).toString('base64url')}`;
    },
    read(signed) {
      const [encoded = '', signature = '', ...others] = signed.split('.');
      const given = Buffer.from(signature, 'base64url');
      const right = signatureOf(encoded);
      if (others.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      return Buffer.from(encoded, 'base64url').toString('utf8');
    },
  };
}
