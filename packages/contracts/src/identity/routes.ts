import { z } from 'zod';
import { emailAddress, id, instant, text } from '../http/primitives.ts';
import { defineRoute } from '../http/route.ts';

/** bcrypt reads 72 bytes and ignores the rest, so a longer password is refused instead of cut. */
export const passwordBytes = { min: 8, max: 72 } as const;

/** A new password: 8 to 72 bytes of UTF-8. */
export const newPassword = z
  .string()
  .refine((value) => value.isWellFormed() && !value.includes('\0'), 'must be well-formed Unicode without NUL')
  .refine((value) => new TextEncoder().encode(value).length >= passwordBytes.min, {
    message: `must have at least ${passwordBytes.min} bytes`,
    params: { code: 'too_short' },
  })
  .refine((value) => new TextEncoder().encode(value).length <= passwordBytes.max, {
    message: `must have at most ${passwordBytes.max} bytes in UTF-8 (an emoji has 4)`,
    params: { code: 'too_long' },
  })
  .meta({ id: 'NewPassword', description: '8 to 72 bytes of UTF-8', examples: ['correct horse battery'] });

export const user = z
  .object({
    id,
    email: z.string(),
    name: z.string(),
    status: z.enum(['active', 'disabled']),
    emailVerified: z.boolean(),
    roles: z.array(z.string()),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'User' });

export type User = z.infer<typeof user>;

/** What signing in gives: a short access token (a JWT) and a refresh token that is used once. */
export const signedIn = z
  .object({
    user,
    accessToken: z.string(),
    refreshToken: z.string(),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().describe('Seconds until the access token ends'),
  })
  .meta({ id: 'SignedIn' });

export type SignedIn = z.infer<typeof signedIn>;

export const registerRoute = defineRoute({
  id: 'register',
  service: 'auth-service',
  method: 'post',
  path: '/auth/register',
  access: 'anyone',
  summary: 'Create an account and sign in',
  body: z.strictObject({ email: emailAddress, password: newPassword, name: text(100) }),
  answer: { status: 201, description: 'The account, signed in', schema: signedIn },
  problems: ['email_taken'],
});

export const loginRoute = defineRoute({
  id: 'login',
  service: 'auth-service',
  method: 'post',
  path: '/auth/login',
  access: 'anyone',
  summary: 'Sign in with e-mail and password',
  body: z.strictObject({ email: z.string().max(1_000), password: z.string().max(1_000) }),
  answer: { status: 200, description: 'Signed in', schema: signedIn },
  problems: ['invalid_credentials', 'rate_limited'],
});

export const refreshRoute = defineRoute({
  id: 'refresh',
  service: 'auth-service',
  method: 'post',
  path: '/auth/refresh',
  access: 'anyone',
  summary: 'Exchange a refresh token for new tokens',
  body: z.strictObject({ refreshToken: z.string().max(1_000) }),
  answer: { status: 200, description: 'Signed in, with a new refresh token', schema: signedIn },
  problems: ['invalid_refresh_token', 'refresh_token_reused'],
});

export const logoutRoute = defineRoute({
  id: 'logout',
  service: 'auth-service',
  method: 'post',
  path: '/auth/logout',
  access: 'anyone',
  summary: 'End the session of a refresh token',
  body: z.strictObject({ refreshToken: z.string().max(1_000) }),
  answer: { status: 204, description: 'The session has ended' },
});

/** A public key as JSON (RFC 7517), with what a verifier needs to choose it. */
const publicKey = z.object({
  kty: z.literal('RSA'),
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
});

export const keySet = z.object({ keys: z.array(publicKey) }).meta({ id: 'KeySet' });

export type KeySet = z.infer<typeof keySet>;

export const keySetRoute = defineRoute({
  id: 'readKeySet',
  service: 'auth-service',
  method: 'get',
  path: '/.well-known/jwks.json',
  atRoot: true,
  access: 'anyone',
  summary: 'The public keys that access tokens are signed with',
  answer: { status: 200, description: 'JSON Web Key Set (RFC 7517)', schema: keySet },
});
