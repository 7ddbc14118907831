import { readAccountContactRoute } from '@jetbridge/contracts/identity/internal.ts';
import { ServiceCallError, type ServiceClient } from '@jetbridge/service-kit/http/service-client.ts';
import { isPossibleId } from '@jetbridge/service-kit/ids.ts';
import { BookingError } from '../../domain/errors.ts';

/** Whom accounts belong to, as auth-service knows it. */
export type Accounts = {
  /** The e-mail address of an account, or nothing where it is gone. @throws BookingError `account_unavailable`. */
  readonly emailOf: (userId: string) => Promise<string | undefined>;
};

export function createAccounts(client: ServiceClient): Accounts {
  return {
    emailOf: async (userId) => {
      if (!isPossibleId(userId)) return undefined;
      try {
        return (await client.call(readAccountContactRoute, { params: { id: userId } })).email;
      } catch (error) {
        if (error instanceof ServiceCallError && error.code === 'user_not_found') return undefined;
        throw new BookingError('account_unavailable', 'The account could not be looked up.', { cause: error });
      }
    },
  };
}
