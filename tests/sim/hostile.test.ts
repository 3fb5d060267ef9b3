import { expect, test } from 'vitest';
import type { Message, PeerId } from '../../src/core/messages.ts';
import type { PeerOptions, VirtualPeer } from '../support/virtual-peer.ts';
import { RATE, Room } from './room.ts';

/** Six honest viewers and one more, some seconds into the show. */
async function withAttacker(
  options: PeerOptions = {},
): Promise<{ room: Room; attacker: VirtualPeer; honest: VirtualPeer[] }> {
  const room = new Room({ viewers: 6, hostTimes: 2.5 });
  const honest = [...room.viewers];
  await room.show(2);
  const attacker = room.join(options);
  await room.show(4);
  expect(attacker.mesh.neighbours.size).toBeGreaterThanOrEqual(6);
  return { room, attacker, honest };
}

/** Has the attacker do something again and again while the show goes on. */
async function during(room: Room, seconds: number, everyMs: number, attack: () => void): Promise<void> {
  const untilMs = room.nowMs + seconds * 1_000;
  const again = (): void => {
    attack();
    if (room.nowMs < untilMs) room.network.clock.after(everyMs, again);
  };
  again();
  await room.show(seconds);
}

const neighbours = (peer: VirtualPeer): PeerId[] => [...peer.mesh.neighbours.keys()];

/** Nothing is missing from the show, and no honest peer took another for an attacker. */
function expectUnharmed(room: Room, honest: readonly VirtualPeer[], fromMs: number, attacker?: VirtualPeer): void {
  for (const viewer of honest) {
    expect(room.missedMs(viewer, fromMs)).toBe(0);
    const others = [room.host, ...honest].filter((other) => other !== viewer);
    expect(neighbours(viewer)).toEqual(expect.arrayContaining(others.map(({ peerId }) => peerId)));
    expect(viewer.mesh.counters.peersCut).toBeLessThanOrEqual(attacker ? 1 : 0);
  }
}

const isCutBy = (attacker: VirtualPeer) => (peer: VirtualPeer) =>
  !peer.mesh.neighbours.has(attacker.peerId) && peer.mesh.counters.peersCut === 1;

test('who passes on bad pieces is cut off by those who get them, and for good', async () => {
  const room = new Room({ viewers: 3, hostTimes: 2 });
  await room.show(1);
  const attacker = room.join({ pollutes: true });
  await room.show(3);
  const honest = room.viewers.filter((viewer) => viewer !== attacker);
  for (let count = 0; count < 4; count++) honest.push(room.join());
  await room.show(8);
  const fromMs = room.nowMs;
  await room.show(6);
  const deceived = honest.filter(({ mesh }) => mesh.counters.piecesForged > 0);
  expect(deceived.length).toBeGreaterThanOrEqual(1);
  for (const viewer of deceived) expect(isCutBy(attacker)(viewer)).toBe(true);
  for (const viewer of honest) {
    expect(room.missedMs(viewer, fromMs)).toBe(0);
    expect(room.parents(viewer)).not.toContain(attacker.peerId);
  }
});

test('a flood of control messages gets its sender cut off', async () => {
  const { room, attacker, honest } = await withAttacker();
  const fromMs = room.nowMs;
  await during(room, 3, 1, () => {
    const chunk = { epochS: 1, sequence: 1 };
    for (const to of neighbours(attacker)) attacker.send(to, { type: 'lack', chunk, indices: [] });
  });
  expect([room.host, ...honest].every(isCutBy(attacker))).toBe(true);
  expectUnharmed(room, honest, fromMs, attacker);
});

test('a flood of pieces that everyone has gets its sender cut off', async () => {
  const { room, attacker, honest } = await withAttacker({ uplinkBps: 1e9 });
  const fromMs = room.nowMs;
  await during(room, 3, 1, () => {
    const chunk = attacker.mesh.store.at(attacker.mesh.store.newest - 3);
    const [bytes] = chunk?.pieces ?? [];
    if (!chunk || !bytes) return;
    for (const { peerId } of honest)
      attacker.send(peerId, { type: 'piece', path: [1], header: chunk.header, index: 0, bytes });
  });
  expect(honest.every(isCutBy(attacker))).toBe(true);
  expectUnharmed(room, honest, fromMs, attacker);
});

test('who asks for everything again and again gets it twice, and nobody waits for that', async () => {
  const { room, attacker, honest } = await withAttacker({ relays: false });
  const fromMs = room.nowMs;
  const windowStart = attacker.mesh.store.newest;
  await during(room, 6, 10, () => {
    for (const to of neighbours(attacker)) {
      const sequence = attacker.mesh.store.newest - Math.floor(room.network.random() * 20);
      attacker.send(to, { type: 'want', chunk: { epochS: 1_000, sequence }, indices: [] });
    }
  });
  expect(attacker.mesh.store.newest).toBeGreaterThan(windowStart);
  for (const peer of [room.host, ...honest]) {
    const sent = peer.sent.filter(
      ({ to, message, atMs }) => to === attacker.peerId && message.type === 'piece' && atMs >= fromMs,
    );
    const times = (sent.reduce((sum, { bytes }) => sum + bytes, 0) * 8_000) / (room.nowMs - fromMs) / RATE;
    expect(times).toBeLessThan(4);
  }
  expectUnharmed(room, honest, fromMs);
});

test('claims of a later epoch hold up neither those who watch nor those who join', async () => {
  const { room, attacker, honest } = await withAttacker();
  const newest = { epochS: 2 ** 32 - 1, sequence: 1_000, sinceKey: 30 };
  attacker.tamper = (message) => (message.type === 'status' ? { ...message, newest } : message);
  const fromMs = room.nowMs;
  const lie: Message = {
    type: 'status',
    depths: [0, 0, 0, 0],
    free: 50,
    newest,
    below: [0, 0, 0, 0, 0],
    whole: [0, 0, 0, 0, 0],
    door: false,
    via: [],
  };
  let newcomer: VirtualPeer | undefined;
  await during(room, 4, 20, () => {
    if (room.nowMs > fromMs + 1_000) newcomer ??= room.join();
    for (const to of neighbours(attacker)) attacker.send(to, lie);
  });
  const first = Math.min(...room.network.published.map(({ name }) => newcomer?.playableMs(name) ?? Infinity));
  expect(first - fromMs).toBeLessThan(2_500);
  expectUnharmed(room, honest, fromMs);
});

test('invented members do not keep a newcomer from real ones', async () => {
  const { room, attacker } = await withAttacker();
  const invented = (): Message => ({
    type: 'members',
    members: Array.from({ length: 16 }, () => ({ peerId: room.network.newPeerId(), free: 100, depth: 0, door: false })),
  });
  const newcomer = room.join();
  await during(room, 10, 20, () => {
    if (newcomer.mesh.neighbours.has(attacker.peerId)) attacker.send(newcomer.peerId, invented());
  });
  expect(newcomer.mesh.neighbours.size).toBeGreaterThanOrEqual(5);
});

test('invented callers do not take the links of real neighbours', async () => {
  const { room, attacker, honest } = await withAttacker();
  const fromMs = room.nowMs;
  await during(room, 8, 50, () => {
    for (const { peerId: to } of honest) {
      attacker.send(to, { type: 'signal', from: room.network.newPeerId(), to, attempt: 1, data: 'offer' });
    }
  });
  for (const viewer of honest) {
    expect(viewer.links.size).toBeLessThanOrEqual(16);
    expect(room.missedMs(viewer, fromMs)).toBe(0);
  }
  expectUnharmed(room, honest, fromMs);
});

test('whoever carries signals is not taken for a flooder', async () => {
  const { room, honest } = await withAttacker();
  const attackers = Array.from({ length: 8 }, () => room.join({ relays: false }));
  await room.show(2);
  const fromMs = room.nowMs;
  const [victim] = honest;
  if (!victim) throw new Error('nobody there');
  await during(room, 4, 15, () => {
    for (const attacker of attackers) {
      for (const to of neighbours(attacker).filter((peerId) => peerId !== victim.peerId)) {
        const { peerId: from } = attacker;
        attacker.send(to, { type: 'signal', from, to: victim.peerId, attempt: 1, data: 'candidate' });
      }
    }
  });
  for (const viewer of [room.host, ...honest]) expect(viewer.mesh.counters.peersCut).toBe(0);
  for (const viewer of honest) expect(room.missedMs(viewer, fromMs)).toBe(0);
});

test("signals and rubbish at the host's door reach nobody in masses, and harm no one whose name is used", async () => {
  const { room, honest } = await withAttacker();
  const fromMs = room.nowMs;
  const [victim] = honest;
  if (!victim) throw new Error('nobody there');
  const { host } = room;
  const stranger = room.network.newPeerId();
  host.take({ type: 'door-open', peerId: stranger, visitor: true });
  host.take({ type: 'door-open', peerId: victim.peerId, visitor: true });
  await during(room, 3, 2, () => {
    const signal: Message = { type: 'signal', from: stranger, to: victim.peerId, attempt: 1, data: 'offer' };
    host.take({ type: 'door-message', from: stranger, message: signal });
    host.take({ type: 'door-message', from: victim.peerId, message: { type: 'bye' } });
    host.take({ type: 'door-message', from: victim.peerId, message: { type: 'ping', sentMs: 0, padding: 0 } });
  });
  const carried = host.sent.filter(({ message }) => message.type === 'signal' && message.from === stranger);
  expect(carried.length).toBeLessThanOrEqual(200);
  expect(host.mesh.counters.peersCut).toBe(0);
  expect(neighbours(host)).toContain(victim.peerId);
  expectUnharmed(room, honest, fromMs);
});

test('boundless claims are not passed on in a way that makes honest peers look bad', async () => {
  const { room, attacker, honest } = await withAttacker();
  attacker.tamper = (message) =>
    message.type === 'status' ? { ...message, below: Array<number>(5).fill(1_000_000), free: 1_000_000 } : message;
  const fromMs = room.nowMs;
  await room.show(5);
  expectUnharmed(room, honest, fromMs);
});

test('a relay that takes children and sends them nothing is replaced', async () => {
  const { room, attacker, honest } = await withAttacker();
  attacker.tamper = (message) => (message.type === 'piece' ? null : message);
  await room.show(6);
  const fromMs = room.nowMs;
  await room.show(8);
  for (const viewer of honest) expect(room.missedMs(viewer, fromMs)).toBe(0);
});

test('two who refuse in favour of each other are not asked in circles', async () => {
  const { room, attacker, honest } = await withAttacker();
  const accomplice = room.join();
  await room.show(2);
  const fromMs = room.nowMs;
  const refuses =
    (other: PeerId) =>
    (message: Message): Message | null => {
      if (message.type === 'subscribed') return { type: 'refused', stripe: message.stripe, free: 90, instead: other };
      if (message.type === 'status') return { ...message, depths: [1, 1, 1, 1, 1], free: 90 };
      return message.type === 'piece' ? null : message;
    };
  attacker.tamper = refuses(accomplice.peerId);
  accomplice.tamper = refuses(attacker.peerId);
  await room.show(8);
  for (const viewer of honest) expect(room.missedMs(viewer, fromMs + 3_000)).toBe(0);
  expect(room.busiestControl).toBeLessThan(100);
});

test('who charges everyone and wants their places gets one of them at most', async () => {
  const { room, attacker, honest } = await withAttacker({ relays: false });
  for (const to of neighbours(attacker)) {
    for (const { peerId } of honest) attacker.send(to, { type: 'shun', peerId });
  }
  await during(room, 4, 200, () => {
    for (let stripe = 0; stripe < 4; stripe++) {
      attacker.send(room.host.peerId, { type: 'subscribe', stripe, spare: 90, urgent: true });
    }
  });
  const fromMs = room.nowMs;
  await room.show(6);
  expect(honest.filter((viewer) => room.missedMs(viewer, fromMs) > 0)).toEqual([]);
});
