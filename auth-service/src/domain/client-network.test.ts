import { expect, test } from 'vitest';
import { networkOf } from './client-network.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:22ff::1', '2001:db8:1:2200::/56'],
  ['2001:DB8:1:2201:5:6:7:8', '2001:db8:1:2200::/56'],
  ['2001:db8:1:2300::', '2001:db8:1:2300::/56'],
  ['::1', '0:0:0:0::/56'],
  ['fe80::1%eth0', 'fe80:0:0:0::/56'],
])('%s lies in %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
