import cluster from 'node:cluster';

/**
 * Ends a cluster worker's bond with its primary; to be called when nothing listens any more, right before the process
 * ends. The primary accepts connections and hands them over. One that is still on its way to a worker that exits is lost:
 * nobody answers it and nobody closes it, so its client hangs until it gives up. The primary's answer to our leaving comes
 * behind all it has handed over, and by then those were given back and went to another worker. Without a primary there is
 * nothing to do.
 */
export async function leaveCluster(): Promise<void> {
  const { worker } = cluster;
  if (!worker?.isConnected()) return;
  const left = new Promise((resolve) => worker.once('disconnect', resolve));
  worker.disconnect();
  await left;
}
