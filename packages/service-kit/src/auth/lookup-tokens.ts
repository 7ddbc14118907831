import { createHmac } from 'node:crypto';
import type { ServiceName } from '@jetbridge/contracts/http/route.ts';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { Guest } from './caller.ts';

/** How long a look-up is good for. */
export const lookupTokenSeconds = 3_600;

/** The `typ` header that keeps these from being taken for any other token, and others for these. */
const lookupTokenType = 'lookup+jwt';

/** Ours have some 300 characters; longer ones are refused unread. */
const maximumTokenLength = 1_024;

const verifiedToken = z.object({
  header: z.object({ typ: z.literal(lookupTokenType) }),
  payload: z.object({ sub: z.string().min(1), exp: z.int() }),
});

/** Whose tokens these are, and the secret that all services of the system share. */
type Keeper = { readonly service: ServiceName; readonly secret: string };

/** A token that opens one resource of a service for reading, to somebody who has shown that they know of it. */
export function signLookupToken(resourceId: string, keeper: Keeper): string {
  return jwt.sign({}, keyOf(keeper), {
    algorithm: 'HS256',
    header: { alg: 'HS256', typ: lookupTokenType },
    issuer: keeper.service,
    audience: audienceOf(keeper),
    subject: resourceId,
    expiresIn: lookupTokenSeconds,
  });
}

/** Who comes with a look-up token of this service that still holds; nothing for every other token. */
export function readLookupToken(token: string, keeper: Keeper): Guest | undefined {
  if (token.length > maximumTokenLength) return undefined;
  try {
    const verified = jwt.verify(token, keyOf(keeper), {
      algorithms: ['HS256'],
      issuer: keeper.service,
      audience: audienceOf(keeper),
      complete: true,
    });
    return { onlyFor: verifiedToken.parse(verified).payload.sub };
  } catch {
    return undefined;
  }
}

const audienceOf = ({ service }: Keeper) => `${service}/lookup`;

/** A key of its own, so that nothing signed with the shared secret itself is a look-up token, nor the other way round. */
const keyOf = ({ service, secret }: Keeper) =>
  createHmac('sha256', secret).update(`lookup tokens of ${service}`).digest('hex');
