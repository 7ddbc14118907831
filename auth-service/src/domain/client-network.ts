/**
 * The network that counts as one place: an IPv4 address alone, the /56 of an IPv6 address, which one line has all of.
 * @param address one that `net.isIP` takes for one.
 */
export function networkOf(address: string): string {
  const [withoutZone = ''] = address.toLowerCase().split('%', 1);
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(withoutZone)?.[1];
  if (mapped !== undefined) return mapped;
  if (!withoutZone.includes(':')) return withoutZone;
  const [before = '', after] = withoutZone.split('::', 2);
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':'));
  const head = groupsOf(before);
  const tail = groupsOf(after ?? '');
  const groups = [...head, ...Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0'), ...tail];
  const values = groups.slice(0, 4).map((group) => Number.parseInt(group, 16) || 0);
  // 56 bits are three groups and the upper byte of the fourth.
  const [first = 0, second = 0, third = 0, fourth = 0] = values;
  return `${[first, second, third, fourth & 0xff00].map((value) => value.toString(16)).join(':')}::/56`;
}
