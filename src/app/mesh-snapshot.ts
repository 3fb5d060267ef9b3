import type { Mesh } from '../core/mesh/mesh.ts';
import type { PeerId } from '../core/messages.ts';
import type { PeerChannel } from './peer-channel.ts';
import type { LinkSnapshot, MeshSnapshot } from './snapshot.ts';

/** One link as the diagnostics show it. */
export function snapshotLink(mesh: Mesh, peerId: PeerId, channel: PeerChannel): LinkSnapshot {
  const neighbour = mesh.neighbours.get(peerId);
  return {
    peerId,
    state: neighbour ? 'open' : 'connecting',
    rttMs: neighbour?.rttMs ?? null,
    sentBytes: channel.sentBytes,
    receivedBytes: channel.receivedBytes,
    queuedBytes: channel.queuedBytes,
    parentOf: mesh.downstream.stripesOf(peerId),
    childOf: mesh.upstream.stripesFrom(peerId),
  };
}

/** The mesh as the diagnostics show it. @param sums over all links, past ones too, and of the doors */
export function snapshotMesh(
  mesh: Mesh,
  { controlBytesSent, lettersDropped }: Pick<MeshSnapshot, 'controlBytesSent' | 'lettersDropped'>,
): MeshSnapshot {
  const { mediaBytesReceived, piecesReceived, piecesDuplicate, piecesRepaired, piecesLate, piecesForged, reportsSent } =
    mesh.counters;
  return {
    depth: mesh.depth,
    viewers: mesh.viewers,
    mediaBytesSent: mesh.mediaBytesSent,
    mediaBytesReceived,
    controlBytesSent,
    piecesReceived,
    piecesDuplicate,
    piecesRepaired,
    piecesLate,
    piecesForged,
    reportsSent,
    lettersDropped,
    uplinkBitsPerSecond: mesh.uplink.knownBps,
  };
}
