import type { AuthContext } from '../auth-context.ts';
import { AuthError } from '../domain/errors.ts';
import { faultOfPassword } from '../domain/password-policy.ts';

/**
 * Refuses a new password that anybody would guess.
 * @param given.at the pointer of the field that it came in.
 * @throws AuthError `password_too_common`, `password_is_email`.
 */
export function refusePassword(
  { isCommonPassword }: Pick<AuthContext, 'isCommonPassword'>,
  { password, email, at }: { password: string; email: string; at: string },
): void {
  const fault = faultOfPassword(password, { email, isCommon: isCommonPassword });
  if (fault) throw new AuthError(fault, { at });
}
