import type { BookingError } from '../../domain/errors.ts';
import type { DeskRequest } from '../desk/desk-request.ts';

/** Refuses what was found wrong before the desk was asked, so that the refusal is kept under the request's key. */
export function refusing(error: BookingError): Pick<DeskRequest<never>, 'needs' | 'decide'> {
  return {
    needs: { flights: [] },
    decide: () => {
      throw error;
    },
  };
}
