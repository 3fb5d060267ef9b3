import { expect, test } from 'vitest';
import { quantile, Room } from './room.ts';

test.each([1, 2])('thirty viewers who come at once share what a host can feed three (seed %i)', async (seed) => {
  const room = new Room({ viewers: 30, hostTimes: 3, seed });
  await room.show(8);
  const fromMs = room.nowMs;
  await room.show(8);
  const delays = room.viewers.flatMap((viewer) => room.delays(viewer, fromMs));
  expect(quantile(delays, 1)).toBeLessThan(500);
  expect(quantile(delays, 0.95)).toBeLessThan(300);
  expect(room.sentTimes(room.host, fromMs)).toBeLessThanOrEqual(3);
  expect(room.duplicateShare).toBeLessThan(0.1);
  // One who changes parents is counted twice, or not at all, for half a second.
  expect(Math.abs(room.host.mesh.viewers - 30)).toBeLessThanOrEqual(3);
  for (const { mesh } of room.viewers) expect(mesh.depth ?? 0).toBeLessThanOrEqual(6);
  // Nobody comes near to what gets a neighbour cut off.
  expect(room.busiestControl).toBeLessThan(200);
});

test('a crowd that cannot be fed in full does not talk itself to death', async () => {
  const room = new Room({ viewers: 6, hostTimes: 0.8, viewer: { limitBps: 300_000 } });
  await room.show(10);
  expect(room.busiestControl).toBeLessThan(200);
  for (const { mesh } of room.viewers) expect(mesh.counters.peersCut).toBe(0);
});
