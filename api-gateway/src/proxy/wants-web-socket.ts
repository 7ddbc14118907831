import type { IncomingMessage } from 'node:http';
import { findDestination } from '../routes.ts';
import { hasBody } from './body-limit.ts';

/**
 * Whether a request asks for a WebSocket where there are some (RFC 6455, section 4.1). To all others their `Upgrade` means
 * nothing: HTTP/2 without encryption, which some clients ask for with every first request, is not spoken here.
 */
export function wantsWebSocket(req: IncomingMessage): boolean {
  if (req.method !== 'GET' || req.headers.upgrade?.toLowerCase() !== 'websocket' || hasBody(req)) return false;
  const [path = ''] = (req.url ?? '').split('?', 1);
  return findDestination(path)?.webSockets ?? false;
}
