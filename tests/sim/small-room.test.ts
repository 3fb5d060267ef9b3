import { DATA_STRIPES } from '../../src/core/chunk.ts';
import { expect, test } from 'vitest';
import { quantile, RATE, Room } from './room.ts';

test.each([1, 2, 3])('seven viewers share what a host can feed two and a half (seed %i)', async (seed) => {
  const room = new Room({ viewers: 7, hostTimes: 2.5, seed });
  await room.show(5);
  const fromMs = room.nowMs;
  await room.show(12);
  const delays = room.viewers.flatMap((viewer) => room.delays(viewer, fromMs));
  expect(quantile(delays, 1)).toBeLessThan(400);
  expect(room.sentTimes(room.host, fromMs)).toBeLessThanOrEqual(2.5);
  expect(Math.max(...room.viewers.map(({ mesh }) => mesh.depth ?? 0))).toBeGreaterThanOrEqual(2);
  expect(room.duplicateShare).toBeLessThan(0.1);
  for (const { mesh } of [room.host, ...room.viewers]) expect(mesh.viewers).toBe(7);
});

test('while the host can feed everyone, it does', async () => {
  const room = new Room({ viewers: 3, hostTimes: 8 });
  await room.show(8);
  // Parity may come from a neighbour: from the one who sends all the rest it would be of no use.
  const depths = room.viewers.map(({ mesh }) => mesh.upstream.depths.slice(0, DATA_STRIPES));
  expect(depths).toEqual(Array(3).fill(Array(DATA_STRIPES).fill(1)));
});

test('who is alone with the host needs nobody else: it leaves the door, and does not come back', async () => {
  const room = new Room({ viewers: 1, hostTimes: 8 });
  await room.show(8);
  const [viewer] = room.viewers;
  expect(viewer?.mesh.upstream.isLacking).toBe(true); // parity would come from the one who sends all the rest
  for (let second = 0; second < 10; second++) {
    expect(viewer?.doors.size).toBe(0);
    await room.show(1);
  }
});

test('viewers who come one by one see the show at once, and are counted', async () => {
  const room = new Room({ viewers: 0, hostTimes: 2.5 });
  await room.show(2);
  for (let count = 1; count <= 8; count++) {
    const joinedMs = room.nowMs;
    const viewer = room.join();
    await room.show(2);
    const first = Math.min(...room.network.published.map(({ name }) => viewer.playableMs(name)));
    expect(first - joinedMs).toBeLessThan(1_500);
    expect([room.host, ...room.viewers].map(({ mesh }) => mesh.viewers)).toEqual(Array(count + 1).fill(count));
  }
});

test.each([
  { since: 2, first: 30, why: 'the group of pictures that is on air' },
  { since: 8, first: 40, why: 'the next one, if that is here sooner' },
])('a newcomer begins with $why', async ({ since, first }) => {
  const room = new Room({ viewers: 2, hostTimes: 4 });
  await room.show(3);
  await room.network.publish(room.host, since, RATE);
  const newcomer = room.join();
  await room.show(2);
  const [begin] = room.network.published.filter(({ name }) => newcomer.playableMs(name) < Infinity);
  expect(begin?.name.sequence).toBe(first);
});

test('who passes nothing on is served, and nobody starves for it', async () => {
  const room = new Room({ viewers: 4, hostTimes: 2.5 });
  const riders = [1, 2, 3].map(() => room.join({ relays: false }));
  await room.show(6);
  const fromMs = room.nowMs;
  await room.show(10);
  for (const viewer of room.viewers) expect(room.missedMs(viewer, fromMs)).toBe(0);
  for (const { sent } of riders) expect(sent.filter(({ message }) => message.type === 'piece')).toEqual([]);
});

test('the end reaches everyone, and those who come later', async () => {
  const room = new Room({ viewers: 7, hostTimes: 2.5 });
  await room.show(4);
  await room.network.end(room.host);
  room.network.run(500);
  expect(room.viewers.every(({ ended }) => ended)).toBe(true);
  const late = room.join();
  room.network.run(1_000);
  expect(late.ended).toBe(true);
});

test('the same seed makes the same show', async () => {
  const trace = async (seed: number): Promise<string[]> => {
    const room = new Room({ viewers: 5, hostTimes: 2.5, seed });
    await room.show(4);
    return [...room.network.peers.values()].flatMap((peer) =>
      peer.sent.map(({ to, message, atMs }) => `${peer.peerId} ${to} ${message.type} ${atMs}`),
    );
  };
  const first = await trace(7);
  expect(await trace(7)).toEqual(first);
  expect(await trace(8)).not.toEqual(first);
});
