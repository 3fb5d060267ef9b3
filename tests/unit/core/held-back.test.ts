import { expect, test } from 'vitest';
import { Downstream } from '../../../src/core/mesh/downstream.ts';
import { heldBack, queuedBytes } from '../../../src/core/mesh/held-back.ts';
import { Neighbour } from '../../../src/core/mesh/neighbour.ts';

const LINK_BYTES = 24 * 1024;

/** Children of whom the first have vanished so long ago: their links hold back all that they may. */
function childrenOf(count: number, vanished: number, heardMs: number) {
  const downstream = new Downstream(null);
  const neighbours = new Map(
    Array.from({ length: count }, (_, at) => {
      const peerId = `${at}`.repeat(16);
      const isGone = at < vanished;
      const child = new Neighbour(peerId, false, true, isGone ? heardMs : 1_000);
      child.queuedBytes = isGone ? LINK_BYTES : 0;
      downstream.take(peerId, 0, 0, 0);
      return [peerId, child] as const;
    }),
  );
  return { neighbours, downstream };
}

test('what links to those who have vanished hold back says nothing of the line', () => {
  const { neighbours, downstream } = childrenOf(6, 4, 500);
  expect(heldBack(neighbours, downstream, 1_000)).toBe(0);
  expect(queuedBytes(neighbours, 1_000)).toBe(0);
});

test('links to those who are there do', () => {
  const { neighbours, downstream } = childrenOf(6, 4, 900);
  expect(heldBack(neighbours, downstream, 1_000)).toBe(4 * LINK_BYTES);
  expect(queuedBytes(neighbours, 1_000)).toBe(4 * LINK_BYTES);
});

test('one slow link of many is that link’s matter', () => {
  const { neighbours, downstream } = childrenOf(6, 1, 900);
  expect(heldBack(neighbours, downstream, 1_000)).toBe(0);
});
