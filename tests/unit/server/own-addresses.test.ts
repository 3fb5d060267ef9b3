import { describe, expect, test } from 'vitest';
import { ownAddresses } from '../../../src/server/own-addresses.ts';

const lan = ['192.168.1.5', '10.0.0.5', '203.0.113.9'];

describe('the addresses that a page is told of its device', () => {
  test('are where the server sees it', () => {
    expect(ownAddresses('::ffff:192.168.1.20', false, lan)).toEqual(['192.168.1.20']);
    expect(ownAddresses('10.0.0.7', false, lan)).toEqual(['10.0.0.7']);
  });

  test('are the computer’s own for a page on it', () => {
    for (const loopback of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      expect(ownAddresses(loopback, false, lan)).toEqual(['192.168.1.5', '10.0.0.5']);
    }
  });

  test('are none from elsewhere, or when somebody stands between', () => {
    expect(ownAddresses('203.0.113.80', false, lan)).toEqual([]);
    expect(ownAddresses('fe80::1', false, lan)).toEqual([]);
    expect(ownAddresses('127.0.0.1', true, lan)).toEqual([]);
    expect(ownAddresses(undefined, false, lan)).toEqual([]);
  });
});
