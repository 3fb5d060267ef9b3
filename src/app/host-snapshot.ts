import type { Broadcast } from './broadcast.ts';
import type { CaptureDesk } from './capture-desk.ts';
import type { Gathering } from './gathering.ts';
import type { MeshSnapshot, Snapshot } from './snapshot.ts';

const NO_MESH: MeshSnapshot = {
  depth: 0,
  viewers: 0,
  mediaBytesSent: 0,
  mediaBytesReceived: 0,
  controlBytesSent: 0,
  piecesReceived: 0,
  piecesDuplicate: 0,
  piecesRepaired: 0,
  piecesLate: 0,
  piecesForged: 0,
  reportsSent: 0,
  lettersDropped: 0,
  uplinkBitsPerSecond: null,
};

/** The host's diagnostics: `media` is what the encoder makes, since the host watches nothing. */
export function hostSnapshot(
  identity: Pick<Snapshot, 'version' | 'peerId' | 'streamId' | 'state'>,
  gathering: Gathering | null,
  broadcast: Broadcast | null,
  desk: CaptureDesk,
  recording: Snapshot['recording'],
): Snapshot {
  const size = broadcast?.plan ?? desk.pictureSize ?? { width: 0, height: 0 };
  return {
    ...identity,
    role: 'host',
    links: gathering?.node.snapshotLinks() ?? [],
    mesh: gathering?.node.snapshotMesh() ?? NO_MESH,
    media: {
      width: size.width,
      height: size.height,
      bitsPerSecond: desk.encoding?.bitsPerSecond ?? 0,
      latencyMs: null,
      bufferedMs: 0,
      stalls: 0,
      stalledMs: 0,
      silencedMs: 0,
      framesShown: desk.encoding?.framesEncoded ?? 0,
      firstFrameMs: null,
    },
    room: gathering?.room?.snapshot ?? { entries: 0, rejected: 0, links: 0 },
    recording,
    past: gathering?.past.figures ?? null,
  };
}
