import type { Mesh } from '../core/mesh/mesh.ts';
import { MAX_CENSUS, NO_DEPTH, shortOf } from '../core/messages.ts';

/** One viewer in the picture of who feeds whom, as it said itself: true of honest ones, and bounded of all. */
export interface MapPeer {
  /** Eight digits. */
  readonly id: string;
  /** Who feeds it, by stripe: a quarter of the show each. */
  readonly parents: readonly (string | null)[];
  /** Hops from the host on the shortest way and on the longest, 1 to 254; null while nothing reaches it. */
  readonly hops: { readonly least: number; readonly most: number } | null;
  /** What it passes on, bit/s. */
  readonly sentBps: number;
}

/** Who feeds whom: plain data. */
export interface MeshMap {
  readonly hostId: string;
  /** What the host itself sends, bit/s, averaged over two seconds. */
  readonly sentBps: number;
  /** The whole show once, bit/s; 0 before anything was sent. */
  readonly showBps: number;
  /** At most 600. */
  readonly peers: readonly MapPeer[];
  /** There may be more viewers than fit. */
  readonly full: boolean;
}

/** The picture as the host knows it now. */
export function mapOf(mesh: Mesh): MeshMap {
  const hostId = shortOf(mesh.peerId);
  const { records } = mesh.census;
  const peers = records
    .filter(({ id }) => id !== hostId)
    .map(({ id, parents, depths, sentBps }) => {
      const reached = depths.filter((depth) => depth !== NO_DEPTH).map((depth) => Math.max(1, depth));
      const hops = reached.length > 0 ? { least: Math.min(...reached), most: Math.max(...reached) } : null;
      return { id, parents, hops, sentBps };
    });
  const sentBps = records.find(({ id }) => id === hostId)?.sentBps ?? 0;
  return { hostId, sentBps, showBps: mesh.store.bitsPerSecond ?? 0, peers, full: records.length >= MAX_CENSUS };
}
