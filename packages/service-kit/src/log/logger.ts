import { pino } from 'pino';
import { currentRequestContext } from '../http/request-context.ts';

export type Logger = {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
  fatal(facts: object, message: string): void;
};

/** Where secrets stand in what is logged; their values are replaced. */
const secretPaths = ['password', 'token', 'refreshToken', 'accessToken', 'authorization', 'cookie', 'secret'].flatMap(
  (name) => [name, `*.${name}`],
);

/** One JSON object a line on standard output, with the request's id where there is one, and secrets blanked. */
export function createLogger(options: { service: string; level: string }): Logger {
  return pino({
    level: options.level,
    base: { service: options.service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretPaths, censor: '[secret]' },
    mixin: () => {
      const context = currentRequestContext();
      return context ? { requestId: context.requestId } : {};
    },
    serializers: { error: pino.stdSerializers.err },
  });
}
