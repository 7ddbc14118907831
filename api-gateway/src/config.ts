import { readFileSync } from 'node:fs';
import { readCommonSettings } from '@jetbridge/service-kit/config/profile.ts';
import { readServiceUrls, type ServiceUrls } from '@jetbridge/service-kit/config/service-urls.ts';
import {
  collectProblems,
  type Environment,
  port,
  readSettings,
  SettingsError,
  urlOf,
  wholeNumber,
} from '@jetbridge/service-kit/config/settings.ts';
import type { CertificateFiles } from '@jetbridge/service-kit/http/certificate-files.ts';
import type { ListeningConfig } from '@jetbridge/service-kit/lifecycle/service.ts';
import { z } from 'zod';

/** How many requests a minute are let in; 0 for the address switches all budgets off. */
export type LimitSettings = {
  readonly perAddressAndMinute: number;
  readonly perAccountAndMinute: number;
  /** Counts over all machines when set; else over the processes of this machine, in a file in `dataFolder`. */
  readonly redisUrl: string | undefined;
  readonly dataFolder: string;
};

export type Config = {
  readonly listen: ListeningConfig['listen'];
  readonly logLevel: string;
  readonly production: boolean;
  /** Of this program, for `/health`. */
  readonly version: string;
  /** Web pages of these origins may call us from a browser; `*` stands for all. */
  readonly corsOrigins: readonly string[];
  /** How many proxies of ours stand before the gateway and append to `X-Forwarded-For`. */
  readonly trustedProxies: number;
  readonly limits: LimitSettings;
  /** WebSockets that one client address (IPv6: /56) may have at each process at a time. */
  readonly webSocketsPerAddress: number;
  readonly upstreams: {
    readonly urls: ServiceUrls;
    /** How long a service may be silent while we wait for it. */
    readonly timeoutMs: number;
    readonly connectTimeoutMs: number;
    readonly healthCheckEveryMs: number;
  };
};

const originList = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
  )
  .refine(
    (origins) => origins.every((origin) => origin === '*' || isOrigin(origin)),
    'must be origins like https://book.example.com with commas between, or *',
  );

/** Reads the settings of the gateway. @throws SettingsError naming everything that is missing or wrong. */
export function loadConfig(environment: Environment): Config {
  const { common, urls, own, certificate } = collectProblems({
    common: () => readCommonSettings(environment),
    urls: () => readServiceUrls(environment),
    own: () => readOwnSettings(environment),
    certificate: () => readCertificateFiles(environment),
  });
  return Object.freeze({
    listen: Object.freeze({
      host: own.HOST ?? (common.production ? '0.0.0.0' : '127.0.0.1'),
      port: own.PORT,
      certificate,
    }),
    logLevel: common.logLevel,
    production: common.production,
    version: readVersion(),
    corsOrigins: Object.freeze(own.CORS_ORIGINS),
    trustedProxies: own.TRUST_PROXY,
    limits: Object.freeze({
      perAddressAndMinute: own.RATE_LIMIT_PER_MINUTE,
      perAccountAndMinute: own.RATE_LIMIT_PER_ACCOUNT,
      redisUrl: own.REDIS_URL,
      dataFolder: common.dataFolder,
    }),
    webSocketsPerAddress: own.WEBSOCKETS_PER_ADDRESS,
    upstreams: Object.freeze({
      urls: Object.freeze(urls),
      timeoutMs: own.UPSTREAM_TIMEOUT_MS,
      connectTimeoutMs: Math.min(2_000, own.UPSTREAM_TIMEOUT_MS),
      healthCheckEveryMs: own.HEALTH_CHECK_EVERY_MS,
    }),
  });
}

function readOwnSettings(environment: Environment) {
  return readSettings(
    {
      PORT: port.default(3_000),
      HOST: z.string().optional(),
      CORS_ORIGINS: originList,
      TRUST_PROXY: wholeNumber({ min: 0, max: 10 }).default(0),
      RATE_LIMIT_PER_MINUTE: wholeNumber({ min: 0, max: 1_000_000_000 }).default(100),
      RATE_LIMIT_PER_ACCOUNT: wholeNumber({ min: 1, max: 1_000_000_000 }).default(300),
      WEBSOCKETS_PER_ADDRESS: wholeNumber({ min: 0, max: 10_000 }).default(100),
      REDIS_URL: urlOf('redis', 'rediss').optional(),
      // A payment may take 10 s, and the services answer 503 by themselves before this is over.
      UPSTREAM_TIMEOUT_MS: wholeNumber({ min: 100, max: 300_000 }).default(30_000),
      HEALTH_CHECK_EVERY_MS: wholeNumber({ min: 50, max: 60_000 }).default(1_000),
    },
    environment,
  );
}

/** Both files or neither; that they can be read shows when it starts to listen. */
function readCertificateFiles(environment: Environment): CertificateFiles | undefined {
  const file = z.string().optional();
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = readSettings(
    { TLS_CERT_FILE: file, TLS_KEY_FILE: file },
    environment,
  );
  if (certFile && keyFile) return Object.freeze({ certFile, keyFile });
  if (certFile || keyFile) throw new SettingsError(['TLS_CERT_FILE and TLS_KEY_FILE must be set both, or neither']);
  return undefined;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function readVersion(): string {
  const description = z.object({ version: z.string() });
  return description.parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version;
}
