import { STRIPES } from '../chunk.ts';
import type { PeerId } from '../messages.ts';
import type { SupplyReport } from '../supply.ts';
import type { Downstream } from './downstream.ts';
import type { HeadCount } from './head-count.ts';
import { CHILD_QUIET_MS } from './limits.ts';
import type { LinkQueue } from './mesh-io.ts';
import type { Neighbour } from './neighbour.ts';

type Neighbours = ReadonlyMap<PeerId, Neighbour>;

/** A link that holds back so much is slow (chosen: two or three pieces). */
const SLOW_LINK_BYTES = 16 * 1024;
/** So many free slots below are room for a newcomer in each stripe, twice (chosen). */
const ROOM = 2 * STRIPES;

/** Its link holds back everything when a neighbour has vanished: that tells nothing of a line. */
const isThere = ({ heardMs }: Neighbour, nowMs: number): boolean => nowMs - heardMs <= CHILD_QUIET_MS;

/** What the links hold back, bytes: the line itself is slow, or the other end. */
export function queuedBytes(neighbours: Neighbours, nowMs: number): number {
  let queued = 0;
  for (const neighbour of neighbours.values()) if (isThere(neighbour, nowMs)) queued += neighbour.queuedBytes;
  return queued;
}

/** The same, as far as it tells of this peer's own line: when no more than one of many links waits, it is the slow one. */
export function heldBack(neighbours: Neighbours, downstream: Downstream, nowMs: number): number {
  let links = 0;
  let waiting = 0;
  for (const neighbour of neighbours.values()) {
    if (!isThere(neighbour, nowMs)) continue;
    const { peerId, queuedBytes: bytes } = neighbour;
    if (bytes > SLOW_LINK_BYTES) waiting += 1;
    if (bytes > 0 || downstream.feeds(peerId)) links += 1;
  }
  return waiting * 2 > links ? queuedBytes(neighbours, nowMs) : 0;
}

/** Whether those who are fed from here have next to no room themselves: then a host's uplink matters. */
export function isCrowdFull(neighbours: Neighbours, downstream: Downstream): boolean {
  let free = 0;
  for (const { peerId, status } of neighbours.values()) {
    if (downstream.feeds(peerId)) free += status.free;
  }
  return free < ROOM;
}

/** How the crowd is supplied, as far as a host can hear. */
export function supplyOf(
  { heads, neighbours, downstream }: { heads: HeadCount; neighbours: Neighbours; downstream: Downstream },
  nowMs: number,
): SupplyReport {
  const hasRoom = !isCrowdFull(neighbours, downstream);
  const reached = heads.reached(nowMs);
  const whole = Math.min(reached, heads.wellServed(nowMs));
  return { viewers: heads.viewers(nowMs), reached, whole, hasRoom };
}

/** What links hold back was looked at. */
export function queuesRead(neighbours: Neighbours, queues: readonly LinkQueue[]): void {
  for (const { peerId, bytes } of queues) {
    const neighbour = neighbours.get(peerId);
    if (neighbour) neighbour.queuedBytes = bytes;
  }
}
