import { type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import { currentRequestContext } from '../http/request-context.ts';
import { withoutSecrets } from './without-secrets.ts';

export type Logger = {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
  fatal(facts: object, message: string): void;
};

/**
 * One JSON object a line on standard output, with the request's id where there is one, and without secrets.
 * @param destination where the lines go instead.
 */
export function createLogger(
  options: { service: string; level: string },
  destination?: { write: (line: string) => void },
): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    base: { service: options.service, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
    mixin: () => {
      const context = currentRequestContext();
      return context ? { requestId: context.requestId } : {};
    },
  };
  return destination ? pino(settings, destination) : pino(settings);
}
