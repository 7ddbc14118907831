import { expect, test } from 'vitest';
import { createTextSigner } from './signed-text.ts';

const secret = 'a secret that only tests know, long enough';
const signer = createTextSigner({ secret, purpose: 'one' });

test('what was signed is read again, whatever it says', () => {
  for (const text of ['', '{"price":1}', 'Zürich 💺', 'a.b.c']) expect(signer.read(signer.sign(text))).toBe(text);
});

test('what was changed, signed for something else, or never signed, is nothing', () => {
  const signed = signer.sign('{"price":29900}');
  const [text = '', signature = ''] = signed.split('.');
  const cheaper = Buffer.from('{"price":100}').toString('base64url');
  const others = [
    `${cheaper}.${signature}`,
    `${text}.`,
    text,
    `${text}.${signature.slice(1)}`,
    `${text}.${signature}.${signature}`,
    createTextSigner({ secret, purpose: 'two' }).sign('{"price":29900}'),
    createTextSigner({ secret: `${secret}!`, purpose: 'one' }).sign('{"price":29900}'),
    '',
    '.',
    '💺',
  ];
  for (const other of others) expect(signer.read(other), other).toBeUndefined();
});
