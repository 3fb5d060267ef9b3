import { DATA_STRIPES, MAX_VIEWERS, STRIPES } from '../chunk.ts';
import type { PeerId } from '../messages.ts';
import type { ChunkStore } from './chunk-store.ts';
import type { Neighbour } from './neighbour.ts';

/** A neighbour of the host that was heard within this is there, ms: hidden tabs say something each second (chosen). */
const HERE_MS = 1_300;
/** Looks at the sums that count, one with each slow decision (chosen: whoever changes parents is missed or counted twice for less). */
const LOOKS = 5;
/** Names that a host keeps of those who came; with more the count is no longer bound by them (chosen: 4 MB). */
const MAX_ARRIVALS = 50_000;

/** From so many viewers on a picture that one loss does not break is worth more than a finer one (chosen: smaller rooms heal at once). */
const CROWD = 8;

export interface HeadCountContext {
  readonly host: boolean;
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>;
  readonly store: ChunkStore;
  readonly downstream: { readonly revision: number; of(stripe: number): Iterable<PeerId> };
}

/**
 * How many watch. Each viewer tells its parent in each stripe how many hang on it there, so the host has a sum for every
 * stripe; it takes the middle one of a second, and says it in the signed headers of its chunks. Claims from below are hearsay:
 * whoever passes on one stripe mainly, as viewers do, can hide from one sum only what hangs on it. And nobody can invent
 * viewers: there are never more than have knocked at the host's door, where a broker gives each name to one page only.
 */
export class HeadCount {
  /** Who came to this host, and how many had come to it before it came back. */
  readonly #arrivals = new Set<PeerId>();
  #before = 0;
  /** The sums of the last looks, one behind the other. */
  #sums: number[] = [];
  #wholeSums: number[] = [];
  #below: readonly number[] = [];
  /** The children's revision that `#below` is of; none once a child has said something else. */
  #revision = NaN;

  constructor(private readonly context: HeadCountContext) {}

  /** Somebody stands at the door, or is a neighbour already. */
  arrived(peerId: PeerId): void {
    if (this.context.host && this.#arrivals.size < MAX_ARRIVALS) this.#arrivals.add(peerId);
  }

  /** The host was here before, with so many viewers: they need not knock again. */
  recall(viewers: number): void {
    this.#before = viewers;
  }

  /** Whether this is the host of so many that each stripe is to have a way from it, whatever it costs. */
  isCrowd(nowMs: number): boolean {
    return this.context.host && this.viewers(nowMs) >= CROWD;
  }

  /** By stripe, viewers that hang on this peer, itself included if it is one. */
  get below(): readonly number[] {
    if (this.isNews) {
      this.#below = Array.from({ length: STRIPES }, (_, stripe) => this.#belowIn(stripe));
      this.#revision = this.context.downstream.revision;
    }
    return this.#below;
  }

  /** By stripe, those of them to whom the show comes whole. @param isWhole whether it comes so to this peer */
  whole(isWhole: boolean): number[] {
    return Array.from({ length: STRIPES }, (_, stripe) => {
      let sum = isWhole ? 1 : 0;
      for (const child of this.context.downstream.of(stripe))
        sum += this.context.neighbours.get(child)?.status.whole[stripe] ?? 0;
      return sum;
    });
  }

  /** Whether `below` may be another than when it was read last. */
  get isNews(): boolean {
    return this.#revision !== this.context.downstream.revision;
  }

  /** A child has said something else than before. */
  changed(): void {
    this.#revision = NaN;
  }

  /** Viewers of the whole show, as far as known. */
  viewers(nowMs: number): number {
    const { host, neighbours, store } = this.context;
    if (!host) return Math.max(1, store.viewers ?? 0);
    let here = 0;
    for (const { heardMs } of neighbours.values()) if (nowMs - heardMs <= HERE_MS) here += 1;
    const sums = [...this.#sums].sort((a, b) => a - b);
    return Math.min(this.#most, Math.max(sums[sums.length >> 1] ?? 0, here));
  }

  /**
   * How many viewers a stripe reaches, the mean of the last looks at those that carry the show itself. Fewer than there are
   * says that some have nobody who feeds them a part of it.
   */
  reached(nowMs: number): number {
    return meanOfData(this.#sums, this.viewers(nowMs));
  }

  /** The same of those to whom the show comes whole and in time. */
  wellServed(nowMs: number): number {
    return meanOfData(this.#wholeSums, this.viewers(nowMs));
  }

  /** The host looks at what its children say; due with each slow decision. */
  look(): void {
    if (!this.context.host) return;
    this.#sums = [...this.#sums, ...this.below].slice(-LOOKS * STRIPES);
    this.#wholeSums = [...this.#wholeSums, ...this.whole(false)].slice(-LOOKS * STRIPES);
  }

  get #most(): number {
    return this.#arrivals.size < MAX_ARRIVALS ? this.#before + this.#arrivals.size : MAX_VIEWERS;
  }

  #belowIn(stripe: number): number {
    let sum = this.context.host ? 0 : 1;
    // Who is only trying this parent says 0: it counts where it comes from.
    for (const child of this.context.downstream.of(stripe)) {
      sum += this.context.neighbours.get(child)?.status.below[stripe] ?? 0;
    }
    return sum;
  }
}

/** Of the sums of several looks those of the stripes that carry the show itself, each no more than there are viewers. */
function meanOfData(sums: readonly number[], viewers: number): number {
  const data = sums.filter((_, at) => at % STRIPES < DATA_STRIPES);
  return data.reduce((all, sum) => all + Math.min(sum, viewers), 0) / Math.max(1, data.length);
}
