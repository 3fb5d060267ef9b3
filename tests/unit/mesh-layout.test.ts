import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MapPeer, MeshMap } from '../../src/app/mesh-map.ts';
import { layOut, type MeshLayout, type Place } from '../../src/state/mesh-layout.ts';
import { mulberry32 } from '../support/virtual-network.ts';

const HOST = 'ffffffff';

/** A crowd as the mesh makes it: each stripe of each viewer from somebody nearer, few of whom feed many. */
function crowd(size: number, seed = 1, fanOut = 6): MeshMap {
  const random = mulberry32(seed);
  const nameOf = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const peers: (MapPeer & { hops: { least: number; most: number } })[] = [];
  const fed = new Map<string, number>();
  for (let count = 0; count < size; count++) {
    const chosen = Array.from({ length: 4 }, () => {
      const open = [HOST, ...peers.map(({ id }) => id)].filter((id) => (fed.get(id) ?? 0) < fanOut * 4);
      const id = open[Math.floor(random() * Math.min(open.length, 8))] ?? HOST;
      fed.set(id, (fed.get(id) ?? 0) + 1);
      return id;
    });
    const depths = chosen.map((id) => 1 + (peers.find((peer) => peer.id === id)?.hops.least ?? 0));
    const hops = { least: Math.min(...depths), most: Math.max(...depths) };
    peers.push({ id: nameOf(), parents: chosen, hops, sentBps: Math.floor(random() * 5e6) });
  }
  return { hostId: HOST, sentBps: 2e6, showBps: 1e6, peers, full: false };
}

const xy = ({ angle, radius }: Place) => ({ x: radius * Math.cos(angle), y: radius * Math.sin(angle) });

/** Dots of which at least two lie over each other by more than a hair. */
function overlaps({ places, dot }: MeshLayout): [string, string][] {
  const all = [...places.values()].filter(({ ring }) => ring > 0);
  const found: [string, string][] = [];
  for (const [at, one] of all.entries()) {
    for (const other of all.slice(at + 1)) {
      const [a, b] = [xy(one), xy(other)];
      if (Math.hypot(a.x - b.x, a.y - b.y) < 2 * dot - 1e-9) found.push([one.id, other.id]);
    }
  }
  return found;
}

/** Ring by ring, who stands there, in order, beginning with the smallest name. */
function orders({ places, rings }: MeshLayout): string[][] {
  return rings.map((_, at) => {
    const ring = [...places.values()].filter((place) => place.ring === at + 1);
    const full = 2 * Math.PI;
    const names = ring
      .map(({ id, angle }) => ({ id, angle: ((angle % full) + full) % full }))
      .sort((a, b) => a.angle - b.angle)
      .map(({ id }) => id);
    const first = names.indexOf([...names].sort()[0] ?? '');
    return [...names.slice(first), ...names.slice(0, first)];
  });
}

const gone = (angle: number): number => Math.abs(Math.atan2(Math.sin(angle), Math.cos(angle)));

describe.each([8, 60, 500])('with %i viewers', (size) => {
  test.each([1, 2, 3])('every dot has its room, inside the picture (seed %i)', (seed) => {
    const layout = layOut(crowd(size, seed), null);
    expect(layout.places.size).toBe(size + 1);
    expect(overlaps(layout)).toEqual([]);
    for (const { radius } of layout.places.values()) expect(radius).toBeLessThanOrEqual(1.06);
    expect(layout.dot).toBeGreaterThan(size === 500 ? 0.005 : 0.01);
  });

  test('the same picture comes of the same crowd, in whatever order it is told', () => {
    const map = crowd(size);
    const one = layOut(map, null);
    const other = layOut({ ...map, peers: [...map.peers].reverse() }, null);
    expect(orders(other)).toEqual(orders(one));
    for (const [id, { radius }] of one.places) expect(other.places.get(id)?.radius).toBeCloseTo(radius, 9);
  });

  test('nothing moves while nothing changes', () => {
    const map = crowd(size);
    const before = layOut(map, null);
    const after = layOut(map, before);
    for (const [id, { angle }] of before.places)
      expect(gone((after.places.get(id)?.angle ?? 9) - angle)).toBeLessThan(1e-9);
  });

  test('those who stay keep their order when others come and go', () => {
    const map = crowd(size);
    const leaf = map.peers.findLast(({ id }) => !map.peers.some(({ parents }) => parents.includes(id)));
    const without = { ...map, peers: map.peers.filter((peer) => peer !== leaf) };
    const before = layOut(without, null);
    const after = layOut(map, before);
    const stayed = orders(after).map((ring) => ring.filter((id) => id !== leaf?.id));
    expect(stayed.map((ring) => [...ring].sort())).toEqual(orders(before).map((ring) => [...ring].sort()));
    expect(stayed).toEqual(orders(before));
  });
});

test('a viewer stands behind who feeds it most, and stays there while that one feeds it', () => {
  const peer = (id: string, parents: string[], least: number): MapPeer => ({
    id,
    parents,
    hops: { least, most: least },
    sentBps: 0,
  });
  const map = (parents: string[]): MeshMap => ({
    hostId: HOST,
    sentBps: 0,
    showBps: 1e6,
    full: false,
    peers: [peer('aa', [HOST, HOST, HOST, HOST], 1), peer('bb', [HOST, HOST, HOST, HOST], 1), peer('cc', parents, 2)],
  });
  const first = layOut(map(['aa', 'aa', 'aa', 'bb']), null);
  expect(first.places.get('cc')).toMatchObject({ ring: 2, from: 'aa' });
  const near = (one: string, other: string): number =>
    gone((first.places.get(one)?.angle ?? 9) - (first.places.get(other)?.angle ?? 0));
  expect(near('cc', 'aa')).toBeLessThan(near('cc', 'bb'));
  expect(layOut(map(['aa', 'bb', 'bb', 'bb']), first).places.get('cc')?.from).toBe('aa');
  expect(layOut(map(['aa', 'bb', 'bb', 'bb']), null).places.get('cc')?.from).toBe('bb');
  expect(layOut(map(['bb', 'bb', 'bb', 'bb']), first).places.get('cc')?.from).toBe('bb');
  expect(first.places.get('aa')?.feeds).toBe(1);
  expect(first.feeds.filter(({ to }) => to === 'cc')).toEqual([
    { from: 'aa', to: 'cc', stripes: 3, main: true },
    { from: 'bb', to: 'cc', stripes: 1, main: false },
  ]);
});

test('liars and strangers make an odd picture at worst: everybody has a place, and it is a number', () => {
  const id = fc.constantFrom('aa', 'bb', 'cc', 'dd', 'ee', HOST);
  const hops = fc.option(
    fc.record({ least: fc.integer({ min: 1, max: 254 }), most: fc.integer({ min: 1, max: 254 }) }),
  );
  const peer = fc.record({
    id,
    parents: fc.array(fc.option(id), { minLength: 4, maxLength: 4 }),
    hops,
    sentBps: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(peer, { maxLength: 12 }), fc.array(peer, { maxLength: 12 }), (one, other) => {
      let layout: MeshLayout | null = null;
      for (const peers of [one, other]) {
        layout = layOut({ hostId: HOST, sentBps: 0, showBps: 0, peers, full: false }, layout);
        expect(layout.places.size).toBe(new Set([HOST, ...peers.map((known) => known.id)]).size);
        for (const { angle, radius } of layout.places.values()) {
          expect(Number.isFinite(angle)).toBe(true);
          expect(Number.isFinite(radius)).toBe(true);
        }
        expect(layout.dot).toBeGreaterThan(0);
      }
    }),
  );
});
