import { stripeOf } from '../chunk.ts';
import { NO_DEPTH, type PeerId } from '../messages.ts';
import { QUIET_SOURCE_MS, SOURCE_SILENT_MS } from './limits.ts';
import type { Neighbour } from './neighbour.ts';
import type { Hole } from './repair.ts';

/** One that lacked a piece of a stripe is asked after the others for so long, ms (chosen: half a dozen chunks). */
const LACKING_MS = 600;
/** One that may be gone looks so much further away, ms (chosen: it is asked last). */
const SILENT_MS = 400;
/** Each piece asked in vain makes a neighbour look so much further away, ms (chosen). */
const DEBT_MS = 25;
/** Pieces that are asked of one neighbour in a quarter of a second at most: the next one may be here by then (chosen). */
const MAX_ASKED = 16;
/** The same over a link that has just opened (chosen: two or three first windows of SCTP), and how long it counts as such, ms. */
const MAX_ASKED_COLD = 4;
const COLD_MS = 600;

export interface SourcesContext {
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>;
  readonly random: () => number;
  parentOf(stripe: number): PeerId | null;
  isChild(peerId: PeerId, stripe: number): boolean;
}

/** Whom to ask for a piece. */
export class Sources {
  constructor(private readonly context: SourcesContext) {}

  /** The neighbour that most likely has it and sends it soon; null when none is left to ask. */
  best(sequence: number, index: number, { lacking }: Hole, old: boolean, nowMs: number): Neighbour | null {
    const stripe = stripeOf(index);
    let best: Neighbour | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const neighbour of this.context.neighbours.values()) {
      if (!neighbour.relays || lacking.has(neighbour.peerId) || neighbour.asked >= this.#most(neighbour, nowMs))
        continue;
      if (nowMs - neighbour.heardMs > SOURCE_SILENT_MS) continue;
      // A host has enough to do: what was before is asked of it while it has room for more viewers, or nobody else is here.
      const busy = neighbour.host && neighbour.status.free === 0 && this.context.neighbours.size > 1;
      if (old && busy) continue;
      const quiet = nowMs - neighbour.heardMs > QUIET_SOURCE_MS ? SILENT_MS : 0;
      const lacked = nowMs - (neighbour.lackedMs[stripe] ?? 0) < LACKING_MS ? 80 : 0;
      const cost = this.#cost(neighbour, sequence, stripe) + quiet + lacked;
      if (cost >= least) continue;
      best = neighbour;
      least = cost;
    }
    return best;
  }

  /** A cold link carries little at once: what the first one that opens cannot bring soon is left for the next ones. */
  #most({ sinceMs }: Neighbour, nowMs: number): number {
    return nowMs - sinceMs < COLD_MS ? MAX_ASKED_COLD : MAX_ASKED;
  }

  /** In milliseconds, about. */
  #cost(neighbour: Neighbour, sequence: number, stripe: number): number {
    const proven = (neighbour.status.newest?.sequence ?? -1) >= sequence;
    const begun = neighbour.newestSent >= sequence;
    const parent = this.context.parentOf(stripe) === neighbour.peerId;
    const child = this.context.isChild(neighbour.peerId, stripe);
    const reached = neighbour.depth(stripe) < NO_DEPTH;
    const likely = neighbour.host || proven ? 0 : begun ? 15 : reached ? 30 : 100;
    const full = neighbour.status.free > 0 ? 0 : 40;
    const own = (parent ? 60 : 0) + (child ? 200 : 0) + full;
    return (
      (neighbour.rttMs ?? 50) +
      neighbour.debt * DEBT_MS +
      likely +
      own +
      neighbour.asked * 5 +
      this.context.random() * 10
    );
  }
}
