import { join } from 'node:path';
import { startTokenIssuer, type TokenIssuer } from '@jetbridge/testing/access-tokens.ts';
import { freePort } from '@jetbridge/testing/free-port.ts';
import { temporaryFolder } from '@jetbridge/testing/temporary-folder.ts';
import { type ServiceProcess, startServiceProcess } from '../sales-world/service-process.ts';
import { startConstantNginx, startPlainNginx } from './nginx.ts';

/** As long as an answer with some flights. */
const answerBytes = 1_000;

export const gatewayNames = ['nginx', 'bare', 'stock', 'jetbridge'] as const;
export type GatewayName = (typeof gatewayNames)[number];

/** A service that answers at once, tokens that the gateways may look at, and gateways of several kinds before it. */
export type GatewayWorld = {
  readonly folder: string;
  readonly issuer: TokenIssuer;
  readonly startOthers: () => Promise<Record<Exclude<GatewayName, 'jetbridge'>, { port: number; pid: number }>>;
  /** Ours, with everything on; all that are started count together. Its log goes to a file that ends with this world. */
  readonly startJetbridge: (settings: Readonly<Record<string, string>>, logFile?: string) => Promise<ServiceProcess>;
  readonly stop: () => Promise<void>;
};

/** Opens it. What was started in it ends with it. */
export async function openGatewayWorld(): Promise<GatewayWorld> {
  await using opening = new AsyncDisposableStack();
  let owned = opening;
  const folder = temporaryFolder('gateways');
  opening.defer(folder.remove);
  const issuer = await startTokenIssuer();
  opening.defer(issuer.stop);

  async function startProgram(
    script: string,
    environment: Readonly<Record<string, string>>,
    logFile = join(folder.path, 'programs.log'),
  ): Promise<ServiceProcess> {
    const port = await freePort();
    const program = await startServiceProcess({
      script,
      port,
      environment: { NODE_ENV: 'production', PORT: String(port), ...environment },
      logFile,
    });
    owned.defer(program.kill);
    return program;
  }

  const ANSWER = JSON.stringify({ data: 'x'.repeat(answerBytes - '{"data":""}'.length) });
  // The load, the gateway and this share the cores: one that costs more than nginx would slow down nginx alone.
  const service = await startConstantNginx(ANSWER);
  owned.defer(service.stop);
  const target = `http://127.0.0.1:${service.port}`;
  owned = opening.move();

  return {
    folder: folder.path,
    issuer,
    startOthers: async () => {
      const nginx = await startPlainNginx(service.port);
      owned.defer(nginx.stop);
      const stockSteps = { STOCK_STEPS: 'on', ACCESS_LOG: join(folder.path, 'stock-access.log') };
      return {
        nginx,
        bare: await startProgram('bench/gateway/plain/main.ts', { TARGET: target }),
        stock: await startProgram('bench/gateway/plain/main.ts', { TARGET: target, ...stockSteps }),
      };
    },
    startJetbridge: (settings, logFile) =>
      startProgram(
        'api-gateway/src/main.ts',
        {
          NODE_ENV: 'test',
          LOG_LEVEL: 'warn',
          DATA_DIR: folder.path,
          AUTH_SERVICE_URL: issuer.url,
          FLIGHT_SERVICE_URL: target,
          BOOKING_SERVICE_URL: target,
          REMINDER_SERVICE_URL: target,
          ...settings,
        },
        logFile,
      ),
    stop: () => owned.disposeAsync(),
  };
}
