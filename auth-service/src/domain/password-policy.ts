/**
 * What speaks against a new password of 8 to 72 bytes; nothing when it may be taken. NIST SP 800-63B (3.1.1.2) asks for
 * a look at common passwords and names of the account instead of rules about kinds of characters.
 */
export function faultOfPassword(
  password: string,
  { email, isCommon }: { email: string; isCommon: (password: string) => boolean },
): 'password_too_common' | 'password_is_email' | undefined {
  if (isCommon(password)) return 'password_too_common';
  return password.toLowerCase() === email.toLowerCase() ? 'password_is_email' : undefined;
}
