import { STRIPES } from '../chunk.ts';
import { mainStripeOf, markOf, NO_DEPTH, type PeerId, type Status } from '../messages.ts';
import { LeastWay } from './least-way.ts';
import { NEVER_MS } from './limits.ts';

/** Pieces asked in vain that count (chosen). */
const MAX_DEBT = 20;

/** What a peer knows about one of its neighbours: someone it has an open link to. Bounded: nothing here grows. */
export class Neighbour {
  /** As the neighbour last said; nothing at first. */
  status: Status = {
    depths: Array<number>(STRIPES).fill(NO_DEPTH),
    free: 0,
    newest: null,
    below: Array<number>(STRIPES).fill(0),
    whole: Array<number>(STRIPES).fill(0),
    door: false,
    via: [],
  };
  /** What it was told last of how many hang on this peer, by stripe. */
  told: readonly number[] = [];
  rttMs: number | null = null;
  /** The shortest round trip so far, ms: what is above it was spent in queues. */
  leastRttMs = Number.POSITIVE_INFINITY;
  /** The shortest way there so far, by both clocks, ms: what is above it waited on this side. */
  readonly way = new LeastWay();
  /** Whether it was measured while this peer's line was clear: over a full one the shortest has a queue in it. */
  rttIsKnown = false;
  /** Bytes in the link's own queue: as last read, plus what was sent since. */
  queuedBytes = 0;
  /** Newest chunk of which it sent us a piece: proof that it has that part of the show. */
  newestSent = -1;
  /** At how many slow decisions in a row its link held back too much. */
  slowTimes = 0;
  /** When it last said that it lacks a piece of something new, by stripe, ms. */
  readonly lackedMs = Array<number>(STRIPES).fill(Number.NEGATIVE_INFINITY);
  /** When somebody last said that a stripe comes by it, by stripe, ms: a host hears that of its children. */
  readonly creditMs = Array<number>(STRIPES).fill(Number.NEGATIVE_INFINITY);
  /** When it lost a place because nobody ever said so, ms. */
  barrenMs = NEVER_MS;
  /** How often it agreed to push and pushed nothing. */
  broken = 0;
  /** Pieces asked of it in vain, less those that came. */
  debt = 0;
  /** Pieces asked of it since the last slow decision. */
  asked = 0;
  /** It has asked for the key chunk on air: that is said once, behind the hello. */
  hasBegun = false;
  /** Whole groups of pictures were asked of it last, ms. */
  joinedMs = NEVER_MS;
  /** The first peer that it said it has cut off, and when. */
  #shuns: { readonly peerId: PeerId; readonly sinceMs: number } | null = null;
  /** As it stands in the paths of pieces. */
  readonly mark: number;
  /** The stripe that it mainly passes on. */
  readonly mainStripe: number;
  /** When it first said that it has something of the session of the host that it is at, ms. */
  epochMs = NEVER_MS;
  /** When media was sent to it last, ms. */
  fedMs = NEVER_MS;
  statusSentMs = NEVER_MS;
  pingSentMs = NEVER_MS;
  /** Whether the last question was answered. */
  pingAnswered = true;
  /** When the link opened, ms. */
  readonly sinceMs: number;
  readonly #rates: Readonly<Record<Rate, RateWindow>> = {
    control: new RateWindow(),
    signal: new RateWindow(),
    carried: new RateWindow(),
    duplicate: new RateWindow(),
    report: new RateWindow(),
    room: new RateWindow(),
    past: new RateWindow(),
  };

  constructor(
    readonly peerId: PeerId,
    /** It says that it is the host: believed for choices, never for media. */
    readonly host: boolean,
    /** It passes on: as it said at first, or as its slots say since. */
    public relays: boolean,
    public heardMs: number,
  ) {
    this.sinceMs = heardMs;
    this.mark = markOf(peerId);
    this.mainStripe = mainStripeOf(peerId);
  }

  /** A piece was asked of it in vain. */
  owe(): void {
    this.debt = Math.min(MAX_DEBT, this.debt + 1);
  }

  /** Counts one event; false once there are more than `most` in the current second. */
  within(rate: Rate, most: number, nowMs: number): boolean {
    const window = this.#rates[rate];
    if (nowMs - window.windowMs >= 1000) {
      window.windowMs = nowMs;
      window.count = 0;
    }
    window.count += 1;
    return window.count <= most;
  }

  /** It cut somebody off. Only its first charge counts: nobody can check them, and a liar would make them of everyone. */
  shun(peerId: PeerId, nowMs: number): void {
    this.#shuns ??= { peerId, sinceMs: nowMs };
  }

  /** Since when it has nothing to do with that peer; infinite if it has. */
  shunsSince(peerId: PeerId): number {
    return this.#shuns?.peerId === peerId ? this.#shuns.sinceMs : Number.POSITIVE_INFINITY;
  }

  /** Its hops from the host in a stripe; a host is at none. */
  depth(stripe: number): number {
    return this.host ? 0 : (this.status.depths[stripe] ?? NO_DEPTH);
  }
}

/** What is counted each second. */
type Rate = 'control' | 'signal' | 'carried' | 'duplicate' | 'report' | 'room' | 'past';

/** What was counted in the current second. */
class RateWindow {
  windowMs = NEVER_MS;
  count = 0;
}
