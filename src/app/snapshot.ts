import type { PastFigures } from './past/past.ts';

/** The diagnostics that `globalThis.passaparola.snapshot()` returns and the Stats panel shows: plain JSON. */
export interface Snapshot {
  version: string;
  role: 'host' | 'viewer';
  streamId: string;
  peerId: string;
  state: string;
  links: LinkSnapshot[];
  mesh: MeshSnapshot;
  media: MediaSnapshot;
  room: { entries: number; rejected: number; links: number };
  recording: { id: string | null; bytes: number; durationMs: number } | null;
  /** Of a show that is over; null while there is nothing of it. */
  past: PastFigures | null;
}

export interface LinkSnapshot {
  peerId: string;
  state: string;
  rttMs: number | null;
  sentBytes: number;
  receivedBytes: number;
  queuedBytes: number;
  /** Stripes that this peer sends to the neighbour. */
  parentOf: number[];
  /** Stripes that the neighbour sends to this peer. */
  childOf: number[];
}

export interface MeshSnapshot {
  /** Hops from the host, the deepest stripe counts; null before the first piece. */
  depth: number | null;
  viewers: number;
  mediaBytesSent: number;
  mediaBytesReceived: number;
  controlBytesSent: number;
  piecesReceived: number;
  piecesDuplicate: number;
  piecesRepaired: number;
  piecesLate: number;
  piecesForged: number;
  /** Messages on who feeds whom: viewers send them while the host looks at that picture. */
  reportsSent: number;
  /** What strangers sent to this page's door or name at a broker that was thrown away unread. */
  lettersDropped: number;
  uplinkBitsPerSecond: number | null;
}

/** As measured by the player; on the host, what the encoder makes. */
export interface MediaSnapshot {
  width: number;
  height: number;
  bitsPerSecond: number;
  latencyMs: number | null;
  bufferedMs: number;
  stalls: number;
  stalledMs: number;
  /** Sound that came too late and was replaced with silence so that the show could go on. */
  silencedMs: number;
  framesShown: number;
  firstFrameMs: number | null;
}
