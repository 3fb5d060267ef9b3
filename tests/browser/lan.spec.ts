import { expect } from '@playwright/test';
import { measureLocalNetwork } from '../bench/lan.ts';
import { whyNoNamespaces } from '../support/namespaces.ts';
import { PATIENCE } from '../support/show.ts';
import { ALONE, test } from './show-test.ts';

const why = whyNoNamespaces();
test.skip(why !== null, why ?? '');

for (const multicast of [true, false]) {
  const wifi = multicast ? 'a Wi-Fi' : 'a Wi-Fi that blocks multicast';
  test(`six devices on ${wifi}, with no way out, see the show, feed each other, and talk`, { tag: ALONE }, async () => {
    for (const { name, value, unit, bar, holds } of await measureLocalNetwork({ multicast, isolated: false })) {
      // Of a machine that others use as well only the times are asked for less strictly.
      const isLate = unit === 'ms' && bar !== null && value > bar * PATIENCE;
      expect(unit === 'ms' ? !isLate : holds, `${name}: ${value} ${unit}`).toBe(true);
    }
  });
}
