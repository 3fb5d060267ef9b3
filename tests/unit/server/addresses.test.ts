import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { lanAddresses, siteAddresses } from '../../../src/server/addresses.ts';

const at = (address: string, family: 'IPv4' | 'IPv6' = 'IPv4', internal = false): NetworkInterfaceInfo => {
  const common = { address, internal, netmask: '', mac: '', cidr: null };
  return family === 'IPv4' ? { ...common, family } : { ...common, family, scopeid: 0 };
};

describe('addresses on the network', () => {
  test('are those that others can use, the likeliest first', () => {
    expect(
      lanAddresses({
        lo: [at('127.0.0.1', 'IPv4', true)],
        docker0: [at('172.17.0.1')],
        ppp0: [at('203.0.113.9')],
        eth0: [at('169.254.7.7'), at('fe80::1', 'IPv6')],
        wlan0: [at('192.168.1.20'), at('10.0.0.4')],
        gone: undefined,
      }),
    ).toEqual(['192.168.1.20', '10.0.0.4', '203.0.113.9', '172.17.0.1']);
  });

  test('172.16.0.0/12 is private, its neighbours are not', () => {
    expect(lanAddresses({ a: [at('172.15.0.1'), at('172.32.0.1'), at('172.16.0.1'), at('172.31.0.1')] })).toEqual([
      '172.16.0.1',
      '172.31.0.1',
      '172.15.0.1',
      '172.32.0.1',
    ]);
  });

  const lan = ['192.168.1.20', '10.0.0.4'];
  const bound = { port: 4173, https: false, host: null };

  test('a site bound everywhere is found everywhere', () => {
    const everywhere = {
      local: 'http://localhost:4173/',
      network: ['http://192.168.1.20:4173/', 'http://10.0.0.4:4173/'],
      watching: [],
    };
    expect(siteAddresses(bound, lan)).toEqual(everywhere);
    expect(siteAddresses({ ...bound, host: '0.0.0.0' }, lan)).toEqual(everywhere);
  });

  test('a site bound to one address is found there only', () => {
    expect(siteAddresses({ ...bound, host: '127.0.0.1' }, lan)).toEqual({
      local: 'http://127.0.0.1:4173/',
      network: [],
      watching: [],
    });
    expect(siteAddresses({ ...bound, https: true, host: '10.0.0.4' }, lan)).toEqual({
      local: 'https://10.0.0.4:4173/',
      network: ['https://10.0.0.4:4173/'],
      watching: ['http://10.0.0.4:4173/'],
    });
    expect(siteAddresses({ ...bound, host: '::1' }, lan).local).toBe('http://[::1]:4173/');
  });
});
