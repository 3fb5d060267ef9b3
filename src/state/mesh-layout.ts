import type { MapPeer, MeshMap } from '../app/mesh-map.ts';

/** Where somebody is drawn: polar, around the host, in units of the picture's radius. */
export interface Place {
  readonly id: string;
  /** Null for the host. */
  readonly peer: MapPeer | null;
  /** 0 for the host, else hops on the shortest way, at most `MAX_RINGS`. */
  readonly ring: number;
  /** Radians, clockwise from the right. */
  readonly angle: number;
  readonly radius: number;
  /** Its parent in the picture's tree: the nearer one to the host that feeds it most; null when that is not known. */
  readonly from: string | null;
  /** Viewers that it feeds. */
  readonly feeds: number;
}

/** Somebody feeds somebody. */
export interface Feed {
  readonly from: string;
  readonly to: string;
  /** Of four. */
  readonly stripes: number;
  /** The one that the picture's tree follows. */
  readonly main: boolean;
}

export interface MeshLayout {
  readonly hostId: string;
  /** The whole show once, bit/s; 0 before anything was sent. */
  readonly showBps: number;
  readonly places: ReadonlyMap<string, Place>;
  readonly feeds: readonly Feed[];
  /** Their radii, the innermost first. */
  readonly rings: readonly number[];
  /** Radius of the largest dot for which there is room. */
  readonly dot: number;
}

/** Viewers further away share the last ring (chosen: crowds of thousands are half as deep). */
const MAX_RINGS = 9;
/** Room for one viewer along a ring: the most that looks well, and the least before a ring gets lanes (chosen). */
const MOST_ROOM = 0.17;
const LEAST_ROOM = 0.032;
const MAX_LANES = 3;
/** Rings with so many may have lanes, which keep apart by that share of the narrowest distance of rings (chosen). */
const CROWDED_RING = 24;
const LANE_SHARE = 0.3;
/** Distance of two rings besides what those on it ask for, in powers of two of viewers (chosen). */
const LEAST_GAP = 2.5;
/** How far apart the children of one parent are drawn at most, while there is room for more (chosen). */
const FAN = 0.42;
/** Of the room for a viewer its dot takes so much: the rest keeps neighbours apart (chosen). */
const DOT_SHARE = 0.38;
const LARGEST_DOT = 0.046;

interface Branch {
  readonly id: string;
  readonly peer: MapPeer | null;
  readonly ring: number;
  readonly from: string | null;
  readonly children: Branch[];
  /** Angle that it and all behind it need, for dots of size 1. */
  need: number;
}

/**
 * Rings of hops around the host, each viewer in the sector of whom it is fed by, so links rarely cross. Siblings stand
 * in the order of their names and the whole is turned to where it was, so nothing jumps when somebody comes or goes.
 *
 * @param previous what is on the screen: whoever is still fed by the parent drawn there stays with it
 */
export function layOut(map: MeshMap, previous: MeshLayout | null): MeshLayout {
  const peers = new Map(map.peers.filter(({ id }) => id !== map.hostId).map((peer) => [peer.id, peer]));
  const depth = Math.max(1, ...Array.from(peers.values(), ({ hops }) => Math.min(hops?.least ?? 1, MAX_RINGS)));
  const ringOf = (id: string): number => {
    if (id === map.hostId) return 0;
    const hops = peers.get(id)?.hops;
    return hops ? Math.min(hops.least, MAX_RINGS) : depth;
  };
  const feeds = feedsOf(map, peers);
  const feedsTo = grouped(feeds, ({ to }) => to);
  const root: Branch = { id: map.hostId, peer: null, ring: 0, from: null, children: [], need: 0 };
  const branches = new Map([[root.id, root]]);
  for (const peer of peers.values()) {
    const from = mainSource(peer.id, feedsTo.get(peer.id) ?? [], ringOf, previous);
    branches.set(peer.id, { id: peer.id, peer, ring: ringOf(peer.id), from, children: [], need: 0 });
  }
  for (const branch of branches.values()) {
    if (branch !== root) (branches.get(branch.from ?? '') ?? root).children.push(branch);
  }

  const counts = Array.from({ length: depth }, () => 0);
  for (const { ring } of branches.values()) if (ring > 0) counts[ring - 1] = (counts[ring - 1] ?? 0) + 1;
  const rings = ringRadii(counts);
  const { lanes, room, seam } = roomiest(root, rings, counts);
  const angles = new Map<string, number>();
  spread(root, -Math.PI / 2, 2 * Math.PI - seam * room, room, rings, angles);
  const turn = previous === null ? 0 : turnTo(previous, angles);

  const gap = Math.min(room, LANE_SHARE * Math.min(...rings.map((radius, at) => radius - (rings[at - 1] ?? 0))));
  const laneOf = lanesByAngle([...branches.values()], angles, lanes);
  const mains = new Map(Array.from(branches.values(), ({ id, from }) => [id, from]));
  const feedsFrom = grouped(feeds, ({ from }) => from);
  const places = Array.from(branches.values(), ({ id, peer, ring, from }): [string, Place] => {
    const lane = (laneOf.get(id) ?? 0) - ((lanes[ring - 1] ?? 1) - 1) / 2;
    const radius = ring === 0 ? 0 : (rings[ring - 1] ?? 1) + lane * gap;
    const angle = (angles.get(id) ?? 0) + turn;
    return [id, { id, peer, ring, angle, radius, from, feeds: feedsFrom.get(id)?.length ?? 0 }];
  });
  return {
    hostId: map.hostId,
    showBps: map.showBps,
    places: new Map(places),
    feeds: feeds.map((feed) => ({ ...feed, main: mains.get(feed.to) === feed.from })),
    rings,
    dot: Math.min(LARGEST_DOT, DOT_SHARE * (seam > 0 ? Math.min(room, gap) : room)),
  };
}

/** Who feeds whom, as far as both are in the picture. */
function feedsOf(map: MeshMap, peers: ReadonlyMap<string, MapPeer>): Omit<Feed, 'main'>[] {
  const feeds: Omit<Feed, 'main'>[] = [];
  for (const { id, parents } of peers.values()) {
    const stripes = new Map<string, number>();
    for (const parent of parents) {
      const known = parent !== null && parent !== id && (parent === map.hostId || peers.has(parent));
      if (known) stripes.set(parent, (stripes.get(parent) ?? 0) + 1);
    }
    for (const [from, count] of stripes) feeds.push({ from, to: id, stripes: count });
  }
  return feeds;
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** A source on a ring further in: the one it is drawn with, else the one that brings most. So there are no circles. */
function mainSource(
  id: string,
  feeds: readonly Omit<Feed, 'main'>[],
  ringOf: (id: string) => number,
  previous: MeshLayout | null,
): string | null {
  const inner = feeds.filter(({ from }) => ringOf(from) < ringOf(id));
  const before = previous?.places.get(id)?.from;
  if (inner.some(({ from }) => from === before)) return before ?? null;
  inner.sort((a, b) => b.stripes - a.stripes || ringOf(b.from) - ringOf(a.from) || (a.from < b.from ? -1 : 1));
  return inner[0]?.from ?? null;
}

/**
 * Crowded rings get more room around them, in steps, so that one who comes or goes doesn't move all. A single ring does
 * not go to the edge, where it would look empty.
 */
function ringRadii(counts: readonly number[]): number[] {
  const outermost = [0, 0.66, 0.88][counts.length] ?? 1;
  const gaps = counts.map((count) => LEAST_GAP + Math.round(Math.log2(1 + count)));
  const sum = gaps.reduce((total, gap) => total + gap, 0);
  let reached = 0;
  return gaps.map((gap) => {
    reached += gap;
    return (outermost * reached) / sum;
  });
}

/** Lanes for the crowded rings, as few as give everyone enough room, and the room that each one then has. */
function roomiest(root: Branch, rings: readonly number[], counts: readonly number[]) {
  for (let most = 1; ; most++) {
    const lanes = counts.map((count) => (count >= CROWDED_RING ? most : 1));
    measure(root, (ring) => 1 / ((rings[ring - 1] ?? 1) * (lanes[ring - 1] ?? 1)));
    // Where the last of a ring meets the first, both may be in the same lane.
    const seam = Math.max(0, ...rings.map((radius, at) => ((lanes[at] ?? 1) > 1 ? 1 / radius : 0)));
    const total = seam + root.children.reduce((sum, { need }) => sum + need, 0);
    const room = Math.min(MOST_ROOM, total > 0 ? (2 * Math.PI) / total : MOST_ROOM);
    if (room >= LEAST_ROOM || most === MAX_LANES) return { lanes, room, seam };
  }
}

/** Adds up the angles that dots of size 1 need; `own` of one on that ring. */
function measure(branch: Branch, own: (ring: number) => number): void {
  branch.children.sort((a, b) => (a.id < b.id ? -1 : 1));
  let behind = 0;
  for (const child of branch.children) {
    measure(child, own);
    behind += child.need;
  }
  branch.need = Math.max(branch.ring === 0 ? 0 : own(branch.ring), behind);
}

/** Gives each child its share of the parent's sector. */
function spread(
  branch: Branch,
  start: number,
  span: number,
  room: number,
  rings: readonly number[],
  angles: Map<string, number>,
): void {
  angles.set(branch.id, start + span / 2);
  const needs = branch.children.reduce((sum, { need }) => sum + need, 0);
  const outer = Math.max(0, ...branch.children.map(({ ring }) => rings[ring - 1] ?? 1));
  const fan = branch.ring === 0 ? span : Math.min(span, Math.max(needs * room, (branch.children.length * FAN) / outer));
  let at = start + (span - fan) / 2;
  for (const child of branch.children) {
    const share = (fan * child.need) / needs;
    spread(child, at, share, room, rings, angles);
    at += share;
  }
}

/** How far to turn, so that those who are on the screen already move least. */
function turnTo(previous: MeshLayout, angles: ReadonlyMap<string, number>): number {
  let x = 0;
  let y = 0;
  for (const [id, angle] of angles) {
    const before = previous.places.get(id);
    if (before === undefined || before.ring === 0) continue;
    x += Math.cos(before.angle - angle);
    y += Math.sin(before.angle - angle);
  }
  return Math.atan2(y, x);
}

/** Neighbours on a crowded ring stand in different lanes. */
function lanesByAngle(
  branches: readonly Branch[],
  angles: ReadonlyMap<string, number>,
  lanes: readonly number[],
): Map<string, number> {
  const inOrder = [...branches].sort((a, b) => (angles.get(a.id) ?? 0) - (angles.get(b.id) ?? 0));
  const next = new Map<number, number>();
  return new Map(
    inOrder.map(({ id, ring }) => {
      const lane = next.get(ring) ?? 0;
      next.set(ring, (lane + 1) % (lanes[ring - 1] ?? 1));
      return [id, lane];
    }),
  );
}
