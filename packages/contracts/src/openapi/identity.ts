import { forgotPasswordRoute, resetPasswordRoute, verifyEmailRoute } from '../identity/recovery-routes.ts';
import {
  keySetRoute,
  loginRoute,
  logoutRoute,
  refreshRoute,
  registerRoute,
  type SignedIn,
  type User,
} from '../identity/routes.ts';
import { publish } from './published-route.ts';

const tag = 'Sign-in';

export const exampleUserId = 'usr_01k7v4m2e8q3t9x5z6w1y0a2bc';

export const exampleUser: User = {
  id: exampleUserId,
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  status: 'active',
  emailVerified: false,
  roles: ['user'],
  version: 1,
  createdAt: '2026-11-02T09:30:00Z',
  updatedAt: '2026-11-02T09:30:00Z',
};

const refreshToken = 'rt_Zk3v0hXb1mYw7cQe9sLd2nPf5gTj8aRu';

const mailedToken = 'mt_q8Rk2vX0bN5mJ7sYc4wT1zLp9hD3gF6aEuKiOoVxBnM';

const signedIn: SignedIn = {
  user: exampleUser,
  accessToken: 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ1c3JfMDEifQ.c2lnbmF0dXJl',
  refreshToken,
  tokenType: 'Bearer',
  expiresIn: 900,
};

export const identityRoutes = [
  publish(registerRoute, {
    tag,
    body: { email: exampleUser.email, password: 'correct horse battery', name: exampleUser.name },
    answer: signedIn,
  }),
  publish(loginRoute, {
    tag,
    description:
      'An unknown e-mail address and a wrong password are answered alike, and take the same time. After many wrong ' +
      'passwords strangers to an account are refused for a while; whoever signed in from the same address before is not.',
    body: { email: exampleUser.email, password: 'correct horse battery' },
    answer: signedIn,
  }),
  publish(refreshRoute, {
    tag,
    description:
      'Within 10 seconds a refresh token gives the same successor again, for two tabs that ask at once. After that, ' +
      'using it again ends the session: somebody may have copied it.',
    body: { refreshToken },
    answer: signedIn,
  }),
  publish(logoutRoute, { tag, body: { refreshToken } }),
  publish(forgotPasswordRoute, {
    tag,
    description: 'The answer is the same, at once, whether there is such an account or not.',
    body: { email: exampleUser.email },
  }),
  publish(resetPasswordRoute, {
    tag,
    description: 'Ends all sessions, and confirms the address that the mail was read at.',
    body: { token: mailedToken, password: 'staple battery horse' },
  }),
  publish(verifyEmailRoute, { tag, body: { token: mailedToken } }),
  publish(keySetRoute, {
    tag: 'System',
    answer: {
      keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'key_01k7v4', n: 'sXchDaQebHnPiGvyDOAT4saGEUet', e: 'AQAB' }],
    },
  }),
];
