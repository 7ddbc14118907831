import type { BackendService } from '@jetbridge/service-kit/config/service-urls.ts';
import { askInstance } from './ask-instance.ts';
import { noteAnswered, noteSent, noteUnanswered } from './instance.ts';
import type { Upstreams } from './upstreams.ts';

/**
 * Asks a service for something on behalf of the gateway itself; for the instance it is a request as any other.
 * @throws when no instance takes requests, or the one that was chosen gives no whole answer in time.
 */
export async function askService(
  upstreams: Upstreams,
  service: BackendService,
  path: string,
  options: { timeoutMs: number; headers?: Readonly<Record<string, string>> },
): Promise<{ status: number; body: string }> {
  const instance = upstreams.choose(service);
  if (!instance) throw new Error(`No instance of ${service} takes requests.`);
  noteSent(instance);
  try {
    const answer = await askInstance(instance, path, options);
    noteAnswered(instance);
    return answer;
  } catch (error) {
    noteUnanswered(instance, { hadConnection: true });
    throw error;
  } finally {
    instance.inFlight -= 1;
  }
}
