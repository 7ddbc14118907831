import { IncomingMessage, type ServerOptions, ServerResponse } from 'node:http';
import type { Express } from 'express';
import { exchangeOf } from '../exchange.ts';

/** How a server makes its requests and answers. */
export type Messages = Required<Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse' | 'optimizeEmptyRequests'>>;

/**
 * Requests and answers that are those of `app` from the beginning. Express makes those of Node its own by giving each another
 * prototype, after which the engine has to find out anew where everything in them is: a twentieth of all work.
 */
export function messagesOf(app: Express): Messages {
  class GatewayRequest extends IncomingMessage {
    /** Known already, and by our own rules; morgan and express-rate-limit ask for it with each request. */
    get ip(): string {
      return exchangeOf(this).clientAddress;
    }
  }
  class GatewayResponse<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {}
  Object.setPrototypeOf(GatewayRequest.prototype, app.request);
  Object.setPrototypeOf(GatewayResponse.prototype, app.response);
  // What express would give them; they have it by the lines above.
  app.request = GatewayRequest.prototype as unknown as Express['request'];
  app.response = GatewayResponse.prototype as unknown as Express['response'];
  // A request without a body begins with it ended: nobody here waits to hear that nothing comes, and saying so to all who
  // might costs a tenth of all work.
  return { IncomingMessage: GatewayRequest, ServerResponse: GatewayResponse, optimizeEmptyRequests: true };
}
