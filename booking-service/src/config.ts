import { createHmac } from 'node:crypto';
import { currency } from '@jetbridge/contracts/http/primitives.ts';
import { readProfile } from '@jetbridge/service-kit/config/profile.ts';
import { readListenAddress, readServiceUrls } from '@jetbridge/service-kit/config/service-urls.ts';
import {
  collectProblems,
  type Environment,
  readSettings,
  SettingsError,
  urlOf,
  wholeNumber,
} from '@jetbridge/service-kit/config/settings.ts';
import type { ServiceConfig } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import { z } from 'zod';

/** Who moves the money, and what it takes to talk to them. */
export type PaymentSettings =
  | { readonly provider: 'none' }
  | { readonly provider: 'sandbox'; readonly webhookSecret: string; readonly webhookUrl: string }
  | {
      readonly provider: 'stripe';
      readonly secretKey: string;
      readonly webhookSecret: string;
      /** Where Stripe's API is, if not where it usually is. */
      readonly apiUrl: string | undefined;
    };

export type Config = ServiceConfig & {
  /** The one currency of this deployment, ISO 4217. */
  readonly currency: string;
  readonly payments: PaymentSettings & {
    /** How long a client waits for a payment, and one attempt at it may take. */
    readonly timeoutMs: number;
  };
  readonly holds: { readonly lengthMs: number; readonly maximumSeatsPerUser: number };
  readonly waitlist: {
    /** How long seats that were offered to a waiting party are held for it. */
    readonly offerMs: number;
  };
  /** How long a request can be repeated under its key. */
  readonly idempotencyDays: number;
};

/** A positive number, such as 15 or 0.5, as a setting. */
const positiveNumber = (maximum: number) =>
  z
    .string()
    .regex(/^\d{1,6}(?:\.\d{1,3})?$/, `must be a number above 0 and up to ${maximum}`)
    .transform(Number)
    .refine((value) => value > 0 && value <= maximum, `must be a number above 0 and up to ${maximum}`);

/** Reads the settings of this service. @throws SettingsError naming everything that is missing or wrong. */
export function loadConfig(environment: Environment): Config {
  const { profile, listen, serviceUrls, own } = collectProblems({
    profile: () => readProfile(environment, { setting: 'BOOKING_DATABASE_URL', database: 'airline_booking' }),
    listen: () => readListenAddress(environment, 'booking-service'),
    serviceUrls: () => readServiceUrls(environment),
    own: () =>
      readSettings(
        {
          CURRENCY: currency.default('USD'),
          PAYMENT_TIMEOUT_SECONDS: positiveNumber(25).default(10),
          HOLD_MINUTES: positiveNumber(1_440).default(15),
          WAITLIST_OFFER_MINUTES: positiveNumber(1_440).default(30),
          MAX_HELD_SEATS_PER_USER: wholeNumber({ min: 1, max: 1_000_000 }).default(9),
          IDEMPOTENCY_DAYS: wholeNumber({ min: 1, max: 3_650 }).default(31),
        },
        environment,
      ),
    // Only to be told of with all the others; it is read again below, when what it builds on is known to be right.
    provider: () => readProvider(environment),
  });
  const webhookSecret = createHmac('sha256', profile.internalSecret).update('sandbox webhooks').digest('hex');
  const webhookUrl = `${serviceUrls['booking-service'][0]}/webhooks/payments/sandbox`;
  return Object.freeze({
    profile,
    listen,
    serviceUrls,
    logLevel: profile.logLevel,
    currency: own.CURRENCY,
    payments: {
      ...readPaymentSettings(environment, { webhookSecret, webhookUrl }),
      timeoutMs: own.PAYMENT_TIMEOUT_SECONDS * 1_000,
    },
    holds: { lengthMs: own.HOLD_MINUTES * 60_000, maximumSeatsPerUser: own.MAX_HELD_SEATS_PER_USER },
    waitlist: { offerMs: own.WAITLIST_OFFER_MINUTES * 60_000 },
    idempotencyDays: own.IDEMPOTENCY_DAYS,
  });
}

function readPaymentSettings(
  environment: Environment,
  sandbox: { webhookSecret: string; webhookUrl: string },
): PaymentSettings {
  const provider = readProvider(environment);
  switch (provider) {
    case 'none':
      return { provider };
    case 'sandbox':
      return { provider, ...sandbox };
    case 'stripe':
      return { provider, ...readStripeSettings(environment) };
  }
}

/** Who moves the money; production has to say. */
export function readProvider(environment: Environment): PaymentSettings['provider'] {
  const choice = z.enum(['sandbox', 'stripe', 'none'], 'must be sandbox, stripe or none').optional();
  const settings = readSettings({ PAYMENT_PROVIDER: choice, NODE_ENV: z.string().optional() }, environment);
  const provider = settings.PAYMENT_PROVIDER;
  if (provider === 'stripe') readStripeSettings(environment);
  if (settings.NODE_ENV !== 'production') return provider ?? 'sandbox';
  if (provider === undefined) {
    throw new SettingsError([
      'PAYMENT_PROVIDER is not set; production needs stripe, or none to confirm without payment',
    ]);
  }
  if (provider === 'sandbox') {
    throw new SettingsError(['PAYMENT_PROVIDER is sandbox, which takes no money; production needs stripe or none']);
  }
  return provider;
}

function readStripeSettings(environment: Environment) {
  const settings = readSettings(
    {
      STRIPE_SECRET_KEY: z.string().min(1),
      STRIPE_WEBHOOK_SECRET: z.string().min(1),
      STRIPE_API_URL: urlOf('http', 'https').optional(),
    },
    environment,
  );
  return {
    secretKey: settings.STRIPE_SECRET_KEY,
    webhookSecret: settings.STRIPE_WEBHOOK_SECRET,
    apiUrl: settings.STRIPE_API_URL,
  };
}
