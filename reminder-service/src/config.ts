import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { emailAddress } from '@jetbridge/contracts/http/primitives.ts';
import { readProfile } from '@jetbridge/service-kit/config/profile.ts';
import { readListenAddress, readServiceUrls } from '@jetbridge/service-kit/config/service-urls.ts';
import {
  collectProblems,
  type Environment,
  port,
  readSettings,
  SettingsError,
  urlOf,
  wholeNumber,
} from '@jetbridge/service-kit/config/settings.ts';
import type { ServiceConfig } from '@jetbridge/service-kit/lifecycle/service-base.ts';
import { z } from 'zod';
import type { Sender } from './clients/mailer.ts';
import type { SendLimits } from './db/send-limits.ts';
import { type ReminderOffset, reminderOffsets } from './domain/plan-reminders.ts';
import { languagesIn, type TemplateChoice } from './mail/templates.ts';

export type Config = ServiceConfig & {
  readonly offsets: readonly ReminderOffset[];
  /** Days that reminders are kept after they ended. */
  readonly reminderDays: number;
  /** Where the web app is, for links in mails; without a slash at the end. */
  readonly publicUrl: string;
  /** Whether somebody said so; else it is a guess that holds on this machine. */
  readonly knowsPublicUrl: boolean;
  readonly limits: SendLimits;
  /** How mails go out. */
  readonly channel: Channel;
  readonly mail: {
    readonly from: Sender;
    /** The mail server. Without one, which production refuses, mails go into files of `folder`. */
    readonly smtpUrl: string | undefined;
    readonly folder: string;
    readonly templates: TemplateChoice;
  };
};

/** By mail, or where the operator has something else in place of it. */
export type Channel =
  | { readonly kind: 'mail' | 'log' }
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: string };

/** Reads the settings of this service. @throws SettingsError naming everything that is missing or wrong. */
export function loadConfig(environment: Environment): Config {
  const { profile, listen, serviceUrls, offsets, mail, templates, channel, limits, kept, gateway } = collectProblems({
    profile: () => readProfile(environment, { setting: 'REMINDER_DATABASE_URL', database: 'airline_reminder' }),
    listen: () => readListenAddress(environment, 'reminder-service'),
    serviceUrls: () => readServiceUrls(environment),
    offsets: () => readOffsets(environment),
    mail: () => readMailSettings(environment),
    templates: () => readTemplateChoice(environment),
    channel: () => readChannel(environment),
    limits: () => readLimits(environment),
    gateway: () =>
      readSettings({ PUBLIC_URL: urlOf('http', 'https').optional(), PORT: port.default(3000) }, environment),
    kept: () => readSettings({ REMINDER_DAYS: wholeNumber({ min: 30, max: 3_650 }).default(365) }, environment),
  });
  const publicUrl = (gateway.PUBLIC_URL ?? `http://localhost:${gateway.PORT}`).replace(/\/+$/, '');
  return Object.freeze({
    profile,
    listen,
    serviceUrls,
    logLevel: profile.logLevel,
    offsets,
    reminderDays: kept.REMINDER_DAYS,
    publicUrl,
    limits,
    channel,
    knowsPublicUrl: gateway.PUBLIC_URL !== undefined,
    mail: {
      from: mail.MAIL_FROM,
      smtpUrl: mail.SMTP_URL,
      folder: join(profile.dataFolder, 'mail'),
      templates: { ...templates, brand: mail.MAIL_FROM.name, site: publicUrl },
    },
  });
}

function readMailSettings(environment: Environment) {
  const settings = readSettings(
    {
      SMTP_URL: urlOf('smtp', 'smtps').optional(),
      MAIL_FROM: sender.default({ name: 'Jetbridge', address: 'no-reply@jetbridge.example' }),
      NODE_ENV: z.string().optional(),
      REMINDER_CHANNEL: z.string().optional(),
    },
    environment,
  );
  const byMail = (settings.REMINDER_CHANNEL ?? 'mail') === 'mail';
  if (settings.NODE_ENV === 'production' && byMail && settings.SMTP_URL === undefined) {
    throw new SettingsError([
      'SMTP_URL is not set; production needs a mail server, like smtp://user:password@mail.example.com',
    ]);
  }
  return settings;
}

/** Which language mails are written in, and where the operator has templates of their own. @throws SettingsError */
function readTemplateChoice(environment: Environment): Pick<TemplateChoice, 'language' | 'ownFolder'> {
  const settings = readSettings(
    { MAIL_LANGUAGE: z.string().default('en'), MAIL_TEMPLATES_DIR: z.string().optional() },
    environment,
  );
  const { MAIL_LANGUAGE: language, MAIL_TEMPLATES_DIR: ownFolder } = settings;
  if (ownFolder !== undefined && !existsSync(ownFolder)) {
    throw new SettingsError([`MAIL_TEMPLATES_DIR is ${ownFolder}, and there is no such folder`]);
  }
  const known = languagesIn(ownFolder);
  if (!known.includes(language)) {
    throw new SettingsError([`MAIL_LANGUAGE is ${language}; there are templates for ${known.join(', ')}`]);
  }
  return { language, ownFolder };
}

const channels = ['mail', 'log', 'webhook'] as const;

function readChannel(environment: Environment): Channel {
  const {
    REMINDER_CHANNEL: kind,
    REMINDER_WEBHOOK_URL: url,
    REMINDER_WEBHOOK_SECRET: secret,
    NODE_ENV,
  } = readSettings(
    {
      REMINDER_CHANNEL: z.enum(channels, `must be one of ${channels.join(', ')}`).default('mail'),
      REMINDER_WEBHOOK_URL: urlOf('http', 'https').optional(),
      REMINDER_WEBHOOK_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
      NODE_ENV: z.string().optional(),
    },
    environment,
  );
  if (kind === 'log' && NODE_ENV === 'production') {
    throw new SettingsError(['REMINDER_CHANNEL is log, which sends nothing; production needs mail or webhook']);
  }
  if (kind !== 'webhook') return { kind };
  if (url === undefined || secret === undefined) {
    throw new SettingsError([
      'REMINDER_CHANNEL is webhook, which needs REMINDER_WEBHOOK_URL and a REMINDER_WEBHOOK_SECRET of at least 32 characters',
    ]);
  }
  return { kind, url, secret };
}

function readLimits(environment: Environment): SendLimits {
  const settings = readSettings(
    {
      MAILS_PER_SECOND: wholeNumber({ min: 0, max: 10_000 }).default(0),
      MAILS_PER_RECIPIENT_PER_HOUR: wholeNumber({ min: 0, max: 1_000_000 }).default(0),
    },
    environment,
  );
  return { perSecond: settings.MAILS_PER_SECOND, perRecipientPerHour: settings.MAILS_PER_RECIPIENT_PER_HOUR };
}

/** `no-reply@example.com`, or with a name in front of it: `Example Air <no-reply@example.com>`. */
const sender = z.string().transform((value, context): Sender => {
  const [, name, inBrackets] = /^"?([^<>"]*?)"?\s*<([^<>]+)>$/.exec(value.trim()) ?? [];
  const address = emailAddress.safeParse(inBrackets ?? value.trim());
  if (address.success && !hasControls.test(value)) return { name: name?.trim() || 'Jetbridge', address: address.data };
  context.addIssue({ code: 'custom', message: 'must be an address, like Example Air <no-reply@example.com>' });
  return z.NEVER;
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: a name with them could not stand in a header
const hasControls = /[\u0000-\u001f\u007f-\u009f]/;

const unitsMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** Longer before a departure nobody books, and so nobody is reminded. */
const longestOffsetMs = 365 * unitsMs.d;

const durations = z.string().transform((value, context) => {
  const [first, second, ...more] = value.split(',').map((part) => readDuration(part.trim()));
  const inRange = [first, second ?? first].every((duration) => duration && duration > 0 && duration <= longestOffsetMs);
  if (inRange && first && more.length === 0 && (second === undefined ? !value.includes(',') : second < first)) {
    return reminderOffsets(first, second);
  }
  context.addIssue({
    code: 'custom',
    message: 'must be one or two times before departure, the longer one first, like 24h,2h (units d, h, m, s)',
  });
  return z.NEVER;
});

/** When reminders are due before a departure, from `REMINDER_OFFSETS`. @throws SettingsError */
export function readOffsets(environment: Environment): readonly ReminderOffset[] {
  return readSettings(
    { REMINDER_OFFSETS: durations.default(reminderOffsets(24 * unitsMs.h, 2 * unitsMs.h)) },
    environment,
  ).REMINDER_OFFSETS;
}

function readDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,9})([dhms])$/.exec(text) ?? [];
  // The expression lets only these four letters through.
  return amount === undefined ? undefined : Number(amount) * unitsMs[unit as keyof typeof unitsMs];
}
