/** What the name of a suite contains that is skipped for want of a server; the reason follows. */
export const SKIPPED_SUITE_MARK = '[skipped: ';
