import { type Stoppable, startLoop } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import type { Instance } from './instance.ts';

/** An instance that takes longer to say that it lives is not one to send requests to. */
const timeoutMs = 1_500;

/** Looks at all instances once, then again and again. Resolves after the first look. */
export async function startHealthChecks(options: {
  instances: readonly Instance[];
  everyMs: number;
  log: Logger;
}): Promise<Stoppable> {
  const { instances, everyMs, log } = options;
  const lookAtAll = async () => {
    await Promise.all(instances.map((instance) => lookAt(instance, log)));
    return 0;
  };
  await lookAtAll();
  return startLoop({ name: 'health checks', runOnce: lookAtAll, idleMs: everyMs, log });
}

async function lookAt(instance: Instance, log: Logger): Promise<void> {
  const startedAtMs = performance.now();
  const problem = await problemOf(instance);
  const wasUp = instance.isUp;
  instance.isUp = problem === undefined;
  instance.latencyMs = Math.round(performance.now() - startedAtMs);
  if (wasUp === instance.isUp) return;
  const facts = { upstream: instance.service, url: instance.url };
  if (instance.isUp) log.info(facts, 'an instance is up again');
  else log.warn({ ...facts, error: problem }, 'an instance is down');
}

/** Why an instance is not well, or nothing when it is. */
async function problemOf(instance: Instance): Promise<unknown> {
  try {
    const response = await fetch(`${instance.url}/health`, {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    await response.arrayBuffer();
    return response.ok ? undefined : new Error(`/health answered ${response.status}.`);
  } catch (error) {
    return error;
  }
}
