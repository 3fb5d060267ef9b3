import { stripeOf } from '../chunk.ts';
import { type ChunkName, MAX_GROUP_CHUNKS, type Message, type Newest, NO_DEPTH, type PeerId } from '../messages.ts';
import type { ChunkStore, StoredChunk } from './chunk-store.ts';
import {
  GIVE_UP_MS,
  QUIET_SOURCE_MS,
  REPAIR_MIN_MS,
  SOURCE_SILENT_MS,
  STARVED_MS,
  WANT_PATIENCE_MS,
} from './limits.ts';
import type { Design } from './design.ts';
import type { Neighbour } from './neighbour.ts';

/** What has been done about one incomplete chunk. */
interface Hole {
  /** When it became known that the chunk exists, or that it ought to. */
  readonly noticedMs: number;
  /** Asked pieces: whom and when. A chunk of which nothing came is asked for as a whole, under `WHOLE`. */
  readonly asked: Map<number, { peerId: PeerId; atMs: number }>;
  /** Neighbours that don't have it. Bounded by the number of links. */
  readonly lacking: Set<PeerId>;
  /** When everybody was asked in vain, ms: not before that again. */
  retryMs: number;
}

const WHOLE = -1;
/** One that lacked a piece of a stripe is asked after the others for so long, ms (chosen: half a dozen chunks). */
const LACKING_MS = 600;
/** Each piece asked in vain makes a neighbour look so much further away, ms; so many count (chosen). */
const DEBT_MS = 25;
const MAX_DEBT = 20;
/** Pulls of pieces that somebody pushes as well: so many at once (chosen). */
const MAX_ALLOWANCE = 24;

export interface RepairContext {
  readonly design: Design;
  readonly store: ChunkStore;
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>;
  readonly random: () => number;
  parentOf(stripe: number): PeerId | null;
  patienceMs(stripe: number, nowMs: number): number;
  isChild(peerId: PeerId, stripe: number): boolean;
  send(to: PeerId, message: Message): void;
}

/** Pulls what the pushes left out. @see GridMedia (Zhang et al., 2005): push what is regular, pull what is missing */
export class Repair {
  readonly #holes = new Map<number, Hole>();
  /** Everything before is whole or given up. */
  #from = 0;
  #joinMs = Number.NEGATIVE_INFINITY;
  #starvedMs = Number.NEGATIVE_INFINITY;
  /** Pieces that may be pulled now although somebody pushes their stripe. */
  #allowance = MAX_ALLOWANCE;
  #allowanceMs = Number.NEGATIVE_INFINITY;
  /** When to look again, ms. */
  dueMs = Number.POSITIVE_INFINITY;

  constructor(private readonly context: RepairContext) {}

  /** Looks at every incomplete chunk and asks for what is due. */
  mend(nowMs: number): void {
    const { store } = this.context;
    this.dueMs = Number.POSITIVE_INFINITY;
    if (store.epochS === null) return;
    this.#from = Math.max(this.#from, store.oldest);
    for (let sequence = this.#from; sequence <= store.newest; sequence++) {
      const chunk = store.at(sequence);
      const hole = chunk?.missing === 0 ? null : this.#hole(sequence, chunk, nowMs);
      const over = hole === null || nowMs - hole.noticedMs > GIVE_UP_MS;
      if (over) this.#holes.delete(sequence);
      else this.#mendChunk({ epochS: store.epochS, sequence }, chunk, hole, nowMs);
      if (over && sequence === this.#from) this.#from += 1;
    }
    this.#askWhenStarved({ epochS: store.epochS, sequence: store.newest + 1 }, nowMs);
  }

  /** Before anything has come: fetches the current group of pictures from the first neighbour that has it. */
  join(from: Neighbour, newest: Newest, nowMs: number): void {
    const { store } = this.context;
    const fresher = store.epochS === null || newest.epochS > store.epochS;
    if (!fresher || nowMs - this.#joinMs < STARVED_MS || nowMs - from.joinedMs < GIVE_UP_MS) return;
    // Later in a group the next one is here as soon as what is left of this one would be.
    if (newest.sinceKey > this.context.design.joinedChunks) return;
    this.#joinMs = nowMs;
    from.joinedMs = nowMs; // one that only claims to have something gives way to the others
    const start = Math.max(0, newest.sequence - Math.min(newest.sinceKey, MAX_GROUP_CHUNKS));
    for (let sequence = start; sequence <= newest.sequence; sequence++) {
      this.context.send(from.peerId, { type: 'want', chunk: { epochS: newest.epochS, sequence }, indices: [] });
    }
  }

  /** Whether this piece was asked of that neighbour. */
  wasAsked(from: PeerId, sequence: number, index: number): boolean {
    const asked = this.#holes.get(sequence)?.asked;
    return (asked?.get(index) ?? asked?.get(WHOLE))?.peerId === from;
  }

  /** A neighbour doesn't have what it was asked for: the next one is asked at once. */
  lacks(neighbour: Neighbour, { sequence }: ChunkName, indices: readonly number[], nowMs: number): void {
    const hole = this.#holes.get(sequence);
    if (!hole) return;
    const from = neighbour.peerId;
    if (this.context.store.at(sequence)) for (const index of indices) neighbour.lackedMs[stripeOf(index)] = nowMs;
    hole.lacking.add(from);
    for (const [index, { peerId }] of hole.asked) if (peerId === from) hole.asked.delete(index);
    this.dueMs = nowMs;
  }

  /** A chunk of a new epoch came: what was missing of the former one is of no use. */
  restart(): void {
    this.#holes.clear();
    this.#from = this.context.store.base;
  }

  #hole(sequence: number, chunk: StoredChunk | undefined, nowMs: number): Hole {
    const known = this.#holes.get(sequence);
    if (known) return known;
    const hole = { noticedMs: chunk?.seenMs ?? nowMs, asked: new Map(), lacking: new Set<PeerId>(), retryMs: nowMs };
    this.#holes.set(sequence, hole);
    return hole;
  }

  #mendChunk(name: ChunkName, chunk: StoredChunk | undefined, hole: Hole, nowMs: number): void {
    if (nowMs < hole.retryMs) {
      this.dueMs = Math.min(this.dueMs, hole.retryMs);
      return;
    }
    const orders = new Map<PeerId, number[]>();
    const first = chunk ? 0 : WHOLE;
    for (let index = first; index < (chunk?.pieces.length ?? 0); index++) {
      if (chunk?.pieces[index]) continue;
      const last = hole.asked.get(index);
      const rttMs = last ? (this.context.neighbours.get(last.peerId)?.rttMs ?? 100) : 0;
      const patienceMs = index === WHOLE ? STARVED_MS : this.context.patienceMs(stripeOf(index), nowMs);
      // History comes slowly, after live pieces: joining, one waits longer before asking somebody else.
      const history = name.sequence < this.context.store.newest - 5;
      const dueMs = last ? last.atMs + rttMs + WANT_PATIENCE_MS * (history ? 4 : 1) : hole.noticedMs + patienceMs;
      if (dueMs > nowMs) {
        this.dueMs = Math.min(this.dueMs, dueMs);
        continue;
      }
      if (index !== WHOLE && this.context.parentOf(stripeOf(index)) !== null && !this.#allow(nowMs)) {
        this.dueMs = Math.min(this.dueMs, nowMs + REPAIR_MIN_MS);
        continue;
      }
      if (last) {
        hole.lacking.add(last.peerId);
        const debtor = this.context.neighbours.get(last.peerId);
        if (debtor) debtor.debt = Math.min(MAX_DEBT, debtor.debt + 1);
      }
      const source = this.#source(name.sequence, index, hole, nowMs);
      if (!source) {
        // Nobody has it yet: after a while all are asked again, each once.
        hole.retryMs = nowMs + STARVED_MS;
        hole.lacking.clear();
        this.dueMs = Math.min(this.dueMs, hole.retryMs);
        break;
      }
      hole.asked.set(index, { peerId: source.peerId, atMs: nowMs });
      source.asked += 1;
      orders.set(source.peerId, [...(orders.get(source.peerId) ?? []), index]);
      this.dueMs = Math.min(this.dueMs, nowMs + WANT_PATIENCE_MS);
    }
    for (const [peerId, indices] of orders) {
      const whole = indices.includes(WHOLE);
      this.context.send(peerId, { type: 'want', chunk: name, indices: whole ? [] : indices });
    }
  }

  /**
   * What is late everywhere is not to be had by asking more: pulls beside pushes are few, or they fill the links that the
   * pushes need.
   */
  #allow(nowMs: number): boolean {
    const grown = ((nowMs - Math.max(this.#allowanceMs, nowMs - 10_000)) * this.context.design.pullsPerSecond) / 1000;
    this.#allowance = Math.min(MAX_ALLOWANCE, this.#allowance + grown);
    this.#allowanceMs = nowMs;
    if (this.#allowance < 1) return false;
    this.#allowance -= 1;
    return true;
  }

  /** The neighbour that most likely has it; after everyone was tried, all are asked again. */
  #source(sequence: number, index: number, hole: Hole, nowMs: number): Neighbour | null {
    const stripe = index === WHOLE ? null : stripeOf(index);
    let best: Neighbour | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const neighbour of this.context.neighbours.values()) {
      if (!neighbour.relays || hole.lacking.has(neighbour.peerId)) continue;
      if (nowMs - neighbour.heardMs > SOURCE_SILENT_MS) continue;
      const quiet = nowMs - neighbour.heardMs > QUIET_SOURCE_MS ? 150 : 0;
      const lacking = stripe !== null && nowMs - (neighbour.lackedMs[stripe] ?? 0) < LACKING_MS ? 80 : 0;
      const cost = this.#cost(neighbour, sequence, stripe) + quiet + lacking;
      if (cost >= least) continue;
      best = neighbour;
      least = cost;
    }
    return best;
  }

  /** In milliseconds, about. */
  #cost(neighbour: Neighbour, sequence: number, stripe: number | null): number {
    const proven = (neighbour.status.newest?.sequence ?? -1) >= sequence;
    const begun = neighbour.newestSent >= sequence;
    const parent = stripe !== null && this.context.parentOf(stripe) === neighbour.peerId;
    const child = stripe !== null && this.context.isChild(neighbour.peerId, stripe);
    const reached = stripe !== null && neighbour.depth(stripe) < NO_DEPTH;
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

  /** No pushes at all: perhaps every parent is gone at once. Others may have what comes next. */
  #askWhenStarved(next: ChunkName, nowMs: number): void {
    const dueMs = Math.max(this.context.store.newestMs, this.#starvedMs) + STARVED_MS;
    if (dueMs > nowMs) {
      this.dueMs = Math.min(this.dueMs, dueMs);
      return;
    }
    this.#starvedMs = nowMs;
    const parents = new Set([0, 1, 2, 3].map((stripe) => this.context.parentOf(stripe)));
    const others = [...this.context.neighbours.values()].filter(({ peerId, relays }) => relays && !parents.has(peerId));
    const start = Math.floor(this.context.random() * others.length);
    // One chunk of each of three: about what was missed since, and enough to show that a parent is behind.
    for (const [ahead, { peerId }] of [...others.slice(start), ...others.slice(0, start)].slice(0, 3).entries()) {
      const chunk = { ...next, sequence: next.sequence + ahead };
      this.context.send(peerId, { type: 'want', chunk, indices: [] });
    }
  }
}
