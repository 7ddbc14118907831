import { type Stoppable, startLoop } from '@jetbridge/service-kit/lifecycle/loop.ts';
import type { Logger } from '@jetbridge/service-kit/log/logger.ts';
import { wait } from '@jetbridge/service-kit/time/wait.ts';
import { askInstance } from './ask-instance.ts';
import { fallAfter, isInDoubt, noteLook } from './health.ts';
import type { Instance } from './instance.ts';
import { beginSlowStart } from './slow-start.ts';

/** An instance that takes longer to say that it lives is not one to send requests to. */
const timeoutMs = 1_500;

/** One that looked ill is looked at again after so long, because requests go on going there. */
const againAfterMs = 250;

type Options = {
  readonly instances: () => readonly Instance[];
  readonly everyMs: number;
  /** Hears when an instance that was up is down. */
  readonly onFall: (instance: Instance) => void;
  readonly log: Logger;
};

/** Looks at all instances once, then again and again. Resolves after the first look. */
export async function startHealthChecks(options: Options): Promise<Stoppable> {
  const lookAtAll = async (signal?: AbortSignal) => {
    await Promise.all(options.instances().map((instance) => lookAt(instance, options, signal)));
    return 0;
  };
  await lookAtAll();
  return startLoop({ name: 'health checks', runOnce: lookAtAll, idleMs: options.everyMs, log: options.log });
}

/** Looks until it is clear whether an instance that was up has fallen; one that was down may take its time to rise. */
async function lookAt(instance: Instance, options: Options, signal: AbortSignal | undefined): Promise<void> {
  for (let look = 1; look <= fallAfter && !signal?.aborted; look++) {
    if (look > 1) await wait(againAfterMs, signal);
    await lookOnce(instance, options);
    if (!isInDoubt(instance.health)) return;
  }
}

async function lookOnce(instance: Instance, { onFall, log }: Options): Promise<void> {
  const startedAtMs = performance.now();
  const problem = await problemOf(instance);
  const nowMs = Date.now();
  const latencyMs = Math.round(performance.now() - startedAtMs);
  const change = noteLook(instance.health, { isWell: problem === undefined, latencyMs, nowMs });
  const facts = { upstream: instance.service, url: instance.url };
  if (change === 'rose') {
    log.info(facts, 'an instance is up again');
    beginSlowStart(instance.slowStart, nowMs);
  }
  if (change === 'fell') {
    log.warn({ ...facts, error: problem }, 'an instance is down');
    onFall(instance);
  }
}

/** Why an instance is not well, or nothing when it is. */
async function problemOf(instance: Instance): Promise<unknown> {
  try {
    const { status } = await askInstance(instance, '/health', { timeoutMs });
    return status === 200 ? undefined : new Error(`/health answered ${status}.`);
  } catch (error) {
    return error;
  }
}
