/**
 * What of the mesh was compared with other choices: `npm run sim:compare` prints the table. The page always runs
 * `DESIGN`.
 */
export interface Design {
  /** Each viewer mainly passes on one stripe, and is a leaf in the trees of the others. */
  readonly mainStripes: boolean;
  /** Who has no room names somebody who may. */
  readonly redirects: boolean;
  /** Links that a viewer looks for at most. */
  readonly maxLinks: number;
  /** Links that one accepts who passes on: each child may come for one stripe only, and a good line has slots for 36. */
  readonly maxAccepted: number;
  /** A better parent is looked for so often, ms, with a jitter of half of it. */
  readonly improveMs: number;
  /** A missing piece is waited for at most so long, ms, before it is pulled. */
  readonly repairMaxMs: number;
  /** Pieces that may be pulled in a second although somebody pushes their stripe. */
  readonly pullsPerSecond: number;
  /** Bytes handed to one link and not yet sent, where media pauses. @see RFC 8831; long SCTP queues hurt all behind them */
  readonly linkQueueBytes: number;
  /** Chunks behind the newest that a newcomer fetches; where more are missing it waits for the next key chunk. */
  readonly joinedChunks: number;
}

export const DESIGN: Design = {
  mainStripes: true,
  redirects: true,
  maxLinks: 20,
  maxAccepted: 40,
  improveMs: 400,
  repairMaxMs: 250,
  pullsPerSecond: 12,
  linkQueueBytes: 24 * 1024,
  joinedChunks: 7,
};
