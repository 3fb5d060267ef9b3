import { expect, test } from 'vitest';
import { whatIsLost } from '../../src/app/what-is-lost.ts';
import { ChunkStore } from '../../src/core/mesh/chunk-store.ts';
import { Neighbour } from '../../src/core/mesh/neighbour.ts';
import type { Newest, PeerId } from '../../src/core/messages.ts';

const NOW_MS = 100_000;
const LONG_AGO_MS = 90_000;

/** A viewer who has nothing yet, with neighbours who were heard of at a time and have the show up to somewhere. */
function lost(isOnline: boolean, ...those: readonly { heardMs: number; newest: Newest | null }[]) {
  const neighbours = new Map<PeerId, Neighbour>();
  for (const [at, { heardMs, newest }] of those.entries()) {
    const neighbour = new Neighbour(`000${at}000000000000`, false, true, heardMs);
    neighbour.status = { ...neighbour.status, newest };
    neighbours.set(neighbour.peerId, neighbour);
  }
  return whatIsLost({ neighbours, store: new ChunkStore() }, isOnline, NOW_MS);
}

const silent = { heardMs: LONG_AGO_MS, newest: null };
const here = { heardMs: NOW_MS, newest: null };
const ahead = { heardMs: NOW_MS, newest: { epochS: 7, sequence: 12, sinceKey: 2 } };

test.each([
  ['the others have nothing either', 'host', lost(true, here, here)],
  ['somebody has more', 'picture', lost(true, here, ahead)],
  ['the only neighbour is silent', 'host', lost(true, silent)],
  ['nobody is left', 'host', lost(true)],
  ['all are silent at once', 'network', lost(true, silent, silent)],
  ['nobody is left, and the device has no network', 'network', lost(false)],
  ['somebody still speaks, whatever the browser says', 'host', lost(false, here)],
])('when %s, it is the %s', (_, expected, found) => {
  expect(found).toBe(expected);
});
