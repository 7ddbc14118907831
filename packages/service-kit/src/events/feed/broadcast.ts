import type { Logger } from '../../log/logger.ts';
import type { BroadcastReceiver } from '../broadcast.ts';
import { isPositionGone, isUnreachable } from './errors.ts';
import type { FeedSource } from './source.ts';

/** Hears the events of one producer from the present on; the position is kept in memory alone. */
export function createFeedBroadcast(options: {
  source: FeedSource;
  types: readonly string[];
  receiver: BroadcastReceiver;
  log: Logger;
  onFollowing: () => void;
}) {
  const { source, receiver, log, onFollowing } = options;
  const types = options.types.join(',');
  let position: number | undefined;

  /** Hands on one page and returns how many events it held. */
  async function runOnce(): Promise<number> {
    try {
      position ??= await reloadAtEnd();
      const page = await source.read({ after: position, types });
      for (const { event } of page.events) await handOn(event);
      position = page.position;
      return page.events.length;
    } catch (error) {
      // A producer that is not up yet, or restarts, is no failure of this loop, and its outbox waits.
      if (isUnreachable(error)) return 0;
      if (isPositionGone(error)) {
        log.warn({ error }, 'the feed went on without us; everything is reloaded');
        position = undefined;
      }
      throw error;
    }
  }

  async function handOn(event: Parameters<BroadcastReceiver['receive']>[0]): Promise<void> {
    try {
      await receiver.receive(event);
    } catch (error) {
      position = undefined;
      throw new Error('A broadcast event failed; everything is reloaded.', { cause: error });
    }
  }

  async function reloadAtEnd(): Promise<number> {
    // First the position, then the reload: what happens in between comes twice rather than never.
    const end = await source.end();
    await receiver.reload();
    onFollowing();
    return end;
  }

  return { runOnce };
}
