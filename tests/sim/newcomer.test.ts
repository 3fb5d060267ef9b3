import { expect, test } from 'vitest';
import { stripeOf } from '../../src/core/chunk.ts';
import type { VirtualPeer } from '../support/virtual-peer.ts';
import { Gathering } from './gathering.ts';
import { RATE, Room } from './room.ts';

/** Pieces that somebody sent to that viewer, in order. */
function piecesTo(viewer: VirtualPeer, from: VirtualPeer) {
  return from.sent.flatMap(({ to, message, atMs }) =>
    to === viewer.peerId && message.type === 'piece'
      ? [{ sequence: message.header.sequence, stripe: stripeOf(message.index), atMs }]
      : [],
  );
}

/** When that viewer's link to the other one opened: both say how they are at once. */
const openedMs = (viewer: VirtualPeer, other: VirtualPeer): number =>
  other.mesh.neighbours.get(viewer.peerId)?.sinceMs ?? Number.POSITIVE_INFINITY;

test('the first pieces leave for a newcomer as soon as its link is open, and nobody is asked for them by name', async () => {
  const room = new Room({ viewers: 1, hostTimes: 8 });
  await room.show(3);
  await room.network.publish(room.host, 4, RATE);
  const newcomer = room.join();
  await room.show(2);
  const [first] = piecesTo(newcomer, room.host);
  expect(first?.atMs).toBe(openedMs(newcomer, room.host));
  const asked = newcomer.sent.flatMap(({ message }) =>
    message.type === 'want' && message.chunk.sequence === first?.sequence ? message.indices.map(stripeOf) : [],
  );
  expect(asked).not.toContain(first?.stripe);
});

test('who comes late in a group of pictures gets the next key chunk from whom it asked, as it comes, subscribed or not', async () => {
  const room = new Room({ viewers: 2, hostTimes: 4 });
  await room.show(3);
  await room.network.publish(room.host, 7, RATE);
  const newcomer = room.join();
  newcomer.tamper = (message) => (message.type === 'subscribe' || message.type === 'want' ? null : message);
  await room.show(1.5);
  const sent = room.viewers.flatMap((viewer) => piecesTo(newcomer, viewer));
  expect(sent.length).toBeGreaterThan(0);
  for (const { sequence } of sent) expect(sequence).toBe(40);
});

test('a host lets newcomers begin with what its line has left over, and tells the others at once', async () => {
  const room = new Room({ viewers: 4, hostTimes: 1.3 });
  await room.show(5);
  const newcomers = Array.from({ length: 6 }, () => room.join());
  await room.show(2);
  const told = newcomers.filter(({ peerId }) =>
    room.host.sent.some(({ to, message }) => to === peerId && message.type === 'lack' && message.chunk.epochS === 0),
  );
  expect(told.length).toBeGreaterThan(2);
  for (const newcomer of newcomers) expect(room.missedMs(newcomer, room.nowMs - 1_000)).toBe(0);
});

test('a host knows what its line carries as soon as some have come, though all of them fetch what they missed', async () => {
  const gathering = await Gathering.begin({ seed: 1, showS: 10 });
  gathering.run(2_000);
  for (let count = 0; count < 5; count++) {
    gathering.join();
    gathering.run(400);
  }
  // It carries 8 Mbit/s; what trains show counts for 0.85 of it.
  expect(gathering.host.mesh.uplink.capacityBps).toBeGreaterThan(5_000_000);
  expect(gathering.host.mesh.uplink.capacityBps).toBeLessThan(8_000_000);
});

test('who asks for the key chunk on air again and again gets the first one only', async () => {
  const room = new Room({ viewers: 2, hostTimes: 4 });
  await room.show(3);
  const greedy = room.join();
  greedy.tamper = (message) => (message.type === 'subscribe' || message.type === 'want' ? null : message);
  const again = (): void => {
    for (const to of greedy.mesh.neighbours.keys()) greedy.send(to, { type: 'begin', stripes: [0, 1, 2, 3, 4] });
    room.network.clock.after(100, again);
  };
  again();
  await room.show(5);
  const sent = room.viewers.flatMap((viewer) => piecesTo(greedy, viewer));
  expect(new Set(sent.map(({ sequence }) => sequence)).size).toBe(1);
});
