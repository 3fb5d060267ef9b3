import { DATA_STRIPES, MAX_PIECES, STRIPES, stripeOf } from '../chunk.ts';
import { type ChunkName, MAX_GROUP_CHUNKS, type Message, type Newest, type PeerId } from '../messages.ts';
import type { ChunkStore, StoredChunk } from './chunk-store.ts';
import type { Design } from './design.ts';
import { GIVE_UP_MS, LEFT_BEHIND_CHUNKS, REPAIR_MIN_MS, STARVED_MS, WANT_PATIENCE_MS } from './limits.ts';
import type { Neighbour } from './neighbour.ts';
import type { Sources } from './sources.ts';

/** What has been done about one incomplete chunk. */
export interface Hole {
  /** When it became known that the chunk exists, or that it ought to. */
  readonly noticedMs: number;
  /** Asked pieces: whom and when. */
  readonly asked: Map<number, { peerId: PeerId; atMs: number }>;
  /** Neighbours that don't have it. Bounded by the number of links. */
  readonly lacking: Set<PeerId>;
  /** When everybody was asked in vain, ms: not before that again. */
  retryMs: number;
}

/** The group of pictures that a newcomer fetches: from the key chunk to the newest one that was there. */
interface Group {
  readonly epochS: number;
  readonly start: number;
  readonly end: number;
}

/** Pulls of pieces that somebody pushes as well: so many at once (chosen). */
const MAX_ALLOWANCE = 24;
/**
 * One that was needless, as the piece came twice, makes them fewer, down to the least a second; each makes them more, by so
 * many a second (chosen: of ten pulls one may be needless at their full number).
 */
const NEEDLESS_SHARE = 0.9;
const LEAST_PULLS = 5;
const MORE_PULLS = 0.1;
/** Chunks this far behind the newest come slowly, after live pieces: one waits longer for them (chosen). */
const HISTORY_CHUNKS = 5;

/** Of what such a one has missed so much is fetched once the newest is here (chosen: a little more than may still be shown in time). */
const STILL_OF_USE_CHUNKS = 12;

export interface RepairContext {
  readonly design: Design;
  readonly store: ChunkStore;
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>;
  readonly sources: Sources;
  readonly random: () => number;
  /** Stripes of the key chunk that were asked for behind the hello: they are on their way. */
  readonly begun: ReadonlyMap<PeerId, readonly number[]>;
  parentOf(stripe: number): PeerId | null;
  /** Whether a parent pushes that chunk's pieces of the stripe; what came before it was taken, it does not. */
  expects(stripe: number, sequence: number): boolean;
  patienceMs(stripe: number, nowMs: number): number;
  send(to: PeerId, message: Message): void;
}

/** Pulls what the pushes left out. @see GridMedia (Zhang et al., 2005): push what is regular, pull what is missing */
export class Repair {
  readonly #holes = new Map<number, Hole>();
  /** Everything before is whole or given up. */
  #from = 0;
  #group: Group | null = null;
  /** What was asked for behind the first hellos is known to be on its way. */
  #knowsBegun = false;
  /** The newest chunk when it was looked at last. */
  #newest = -1;
  #joinMs = Number.NEGATIVE_INFINITY;
  #starvedMs = Number.NEGATIVE_INFINITY;
  /** Pieces that may be pulled now although somebody pushes their stripe. */
  #allowance = MAX_ALLOWANCE;
  #allowanceMs = Number.NEGATIVE_INFINITY;
  /** How many of them in a second. */
  #pullsPerSecond: number;
  /** When to look again, ms. */
  dueMs = Number.POSITIVE_INFINITY;

  constructor(private readonly context: RepairContext) {
    this.#pullsPerSecond = context.design.pullsPerSecond;
  }

  /** Looks at every incomplete chunk and asks for what is due. */
  mend(nowMs: number): void {
    const { store } = this.context;
    this.dueMs = Number.POSITIVE_INFINITY;
    const group = this.#group;
    const epochS = group?.epochS ?? store.epochS;
    if (epochS === null) return;
    const begun = epochS === store.epochS;
    if (begun) this.#from = Math.max(this.#from, store.oldest, this.#resumed());
    const newest = Math.max(begun ? store.newest : -1, group?.end ?? -1);
    for (let sequence = this.#from; sequence <= newest; sequence++) {
      const chunk = store.get({ epochS, sequence });
      const hole = chunk?.missing === 0 ? null : this.#hole(sequence, chunk, nowMs);
      const over = hole === null || nowMs - hole.noticedMs > GIVE_UP_MS;
      if (over) this.#holes.delete(sequence);
      else this.#mendChunk({ epochS, sequence }, chunk, hole, nowMs);
      if (over && sequence === this.#from) this.#from += 1;
    }
    if (group && this.#from > group.end) this.#group = null;
    if (begun) this.#askWhenStarved({ epochS, sequence: newest + 1 }, nowMs);
  }

  /** Before anything has come, or after nothing came for long: fetches the current group of pictures from whoever has it. */
  join(from: Neighbour, newest: Newest, nowMs: number): void {
    const { store } = this.context;
    const fresher = store.epochS === null || newest.epochS > store.epochS;
    if (!fresher && !this.#isLeftBehind(newest, nowMs)) return;
    if (nowMs - this.#joinMs >= STARVED_MS && nowMs - from.joinedMs >= GIVE_UP_MS) this.#begin(from, newest, nowMs);
    if (this.#group) this.mend(nowMs);
  }

  /** Whether the show has gone on without this peer, by as much as may have been made meanwhile: who invents more is not believed. */
  #isLeftBehind({ epochS, sequence }: Newest, nowMs: number): boolean {
    const { store } = this.context;
    const missed = sequence - store.newest;
    if (epochS !== store.epochS || missed <= LEFT_BEHIND_CHUNKS) return false;
    const durationMs = store.at(store.newest)?.header.durationMs ?? 0;
    return durationMs > 0 && (missed - LEFT_BEHIND_CHUNKS) * durationMs <= nowMs - store.newestMs;
  }

  /** From where on the show is of use after a gap; -1 without one. */
  #resumed(): number {
    const { newest } = this.context.store;
    const missed = newest - this.#newest;
    this.#newest = newest;
    if (missed <= LEFT_BEHIND_CHUNKS) return -1;
    return newest - Math.max(STILL_OF_USE_CHUNKS, this.context.store.at(newest)?.header.sinceKey ?? 0);
  }

  #begin(from: Neighbour, { epochS, sequence, sinceKey }: Newest, nowMs: number): void {
    // Later in a group the next one is here as soon as what is left of this one would be.
    if (sinceKey > this.context.design.joinedChunks) return;
    this.#joinMs = nowMs;
    from.joinedMs = nowMs; // one that only claims to have something gives way to the others
    const start = Math.max(0, sequence - Math.min(sinceKey, MAX_GROUP_CHUNKS));
    if (this.context.store.epochS === null || this.context.store.epochS === epochS) {
      this.#holes.clear();
      this.#group = { epochS, start, end: sequence };
      this.#from = start;
      return;
    }
    // It may only say so: what is on air here is mended until something of that session has come.
    for (let at = start; at <= sequence; at++) {
      this.context.send(from.peerId, { type: 'want', chunk: { epochS, sequence: at }, indices: [] });
    }
  }

  /** Whether a group of pictures is being fetched. */
  get isJoining(): boolean {
    return this.#group !== null;
  }

  /** What was asked for behind hellos is on its way, of as many rows as a chunk may have. */
  #awaitBegun({ asked }: Hole, nowMs: number): void {
    this.#knowsBegun = true;
    for (const [peerId, stripes] of this.context.begun) {
      for (let row = 0; row < MAX_PIECES; row += STRIPES) {
        for (const stripe of stripes) asked.set(row + stripe, { peerId, atMs: nowMs });
      }
    }
  }

  /** What was asked of it does not come. */
  forgo(peerId: PeerId): void {
    for (const { asked } of this.#holes.values()) {
      for (const [index, last] of asked) if (last.peerId === peerId) asked.delete(index);
    }
  }

  /** A piece came twice: where all are late, asking elsewhere only takes the line from those who would have it soon. */
  cameTwice(): void {
    this.#pullsPerSecond = Math.max(LEAST_PULLS, this.#pullsPerSecond * NEEDLESS_SHARE);
  }

  /** Whether this piece was asked of that neighbour. */
  wasAsked(from: PeerId, sequence: number, index: number): boolean {
    return this.#holes.get(sequence)?.asked.get(index)?.peerId === from;
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
    const { epochS, base } = this.context.store;
    // A group that is another than what really comes was invented.
    if (this.#group?.epochS === epochS && this.#group.start === base) return;
    this.#group = null;
    this.#newest = -1;
    this.#holes.clear();
    for (const neighbour of this.context.neighbours.values()) neighbour.asked = 0;
    this.#from = this.context.store.first;
  }

  #hole(sequence: number, chunk: StoredChunk | undefined, nowMs: number): Hole {
    const known = this.#holes.get(sequence);
    if (known) return known;
    const hole = { noticedMs: chunk?.seenMs ?? nowMs, asked: new Map(), lacking: new Set<PeerId>(), retryMs: nowMs };
    this.#holes.set(sequence, hole);
    const begins = this.#group ? sequence === this.#group.start : chunk?.header.kind === 'key';
    if (begins && !this.#knowsBegun) this.#awaitBegun(hole, nowMs);
    return hole;
  }

  #mendChunk(name: ChunkName, chunk: StoredChunk | undefined, hole: Hole, nowMs: number): void {
    if (nowMs < hole.retryMs) {
      this.#look(hole.retryMs);
      return;
    }
    const old = this.#group !== null && name.sequence <= this.#group.end;
    // Most often nothing is due yet.
    let orders: Map<PeerId, number[]> | null = null;
    // Of a chunk that nothing came of, it isn't known yet how many rows it has.
    for (let row = 0; row < (chunk?.pieces.length ?? STRIPES); row += STRIPES) {
      const [lacking, due] = this.#inspect(name, chunk, row, hole, nowMs);
      for (const index of due.slice(0, Math.max(0, lacking))) {
        if (this.context.expects(stripeOf(index), name.sequence) && !this.#allow(nowMs)) {
          this.#look(nowMs + REPAIR_MIN_MS);
          break;
        }
        const source = this.context.sources.best(name.sequence, index, hole, old, nowMs);
        if (!source) {
          // Nobody has it yet: after a while all are asked again, each once.
          hole.retryMs = nowMs + (hole.lacking.size > 0 ? STARVED_MS : REPAIR_MIN_MS);
          hole.lacking.clear();
          this.#look(hole.retryMs);
          break;
        }
        hole.asked.set(index, { peerId: source.peerId, atMs: nowMs });
        source.asked += 1;
        orders ??= new Map();
        orders.set(source.peerId, [...(orders.get(source.peerId) ?? []), index]);
        this.#look(nowMs + WANT_PATIENCE_MS);
      }
    }
    for (const [peerId, indices] of orders ?? []) this.context.send(peerId, { type: 'want', chunk: name, indices });
  }

  /** How many pieces a row lacks besides those that are on their way, and which are to be asked for. */
  #inspect(
    { sequence }: ChunkName,
    chunk: StoredChunk | undefined,
    row: number,
    hole: Hole,
    nowMs: number,
  ): [number, number[]] {
    let lacking = DATA_STRIPES;
    const due: number[] = [];
    for (let index = row; index < row + STRIPES; index++) {
      if (chunk?.pieces[index]) {
        lacking -= 1;
        continue;
      }
      const dueMs = this.#dueMs(sequence, index, hole, nowMs);
      if (dueMs <= nowMs) due.push(index);
      else {
        lacking -= 1;
        this.#look(dueMs);
      }
    }
    return [lacking, due];
  }

  /** Until when to wait for a piece, ms. */
  #dueMs(sequence: number, index: number, hole: Hole, nowMs: number): number {
    const stripe = stripeOf(index);
    const last = hole.asked.get(index);
    if (!last) {
      const pushed = this.context.expects(stripe, sequence);
      return hole.noticedMs + (pushed ? this.context.patienceMs(stripe, nowMs) : 0);
    }
    const debtor = this.context.neighbours.get(last.peerId);
    const history = sequence < this.context.store.newest - HISTORY_CHUNKS;
    const dueMs = last.atMs + (debtor?.rttMs ?? 100) + WANT_PATIENCE_MS * (history ? 4 : 1);
    if (dueMs <= nowMs && !hole.lacking.has(last.peerId)) {
      hole.lacking.add(last.peerId);
      debtor?.owe();
    }
    return dueMs;
  }

  #look(atMs: number): void {
    this.dueMs = Math.min(this.dueMs, atMs);
  }

  /**
   * What is late everywhere is not to be had by asking more: pulls beside pushes are few, or they fill the links that the
   * pushes need. The more of them prove needless, the fewer they become.
   */
  #allow(nowMs: number): boolean {
    const grown = ((nowMs - Math.max(this.#allowanceMs, nowMs - 10_000)) * this.#pullsPerSecond) / 1000;
    this.#allowance = Math.min(MAX_ALLOWANCE, this.#allowance + grown);
    this.#allowanceMs = nowMs;
    if (this.#allowance < 1) return false;
    this.#allowance -= 1;
    this.#pullsPerSecond = Math.min(this.context.design.pullsPerSecond, this.#pullsPerSecond + MORE_PULLS);
    return true;
  }

  /** No pushes at all: perhaps every parent is gone at once. Others may have what comes next. */
  #askWhenStarved(next: ChunkName, nowMs: number): void {
    const dueMs = Math.max(this.context.store.newestMs, this.#starvedMs) + STARVED_MS;
    if (dueMs > nowMs) {
      this.#look(dueMs);
      return;
    }
    this.#starvedMs = nowMs;
    const parents = new Set(Array.from({ length: STRIPES }, (_, stripe) => this.context.parentOf(stripe)));
    const others = [...this.context.neighbours.values()].filter(({ peerId, relays }) => relays && !parents.has(peerId));
    const start = Math.floor(this.context.random() * others.length);
    // One chunk of each of three: about what was missed since, and enough to show that a parent is behind.
    for (const [ahead, { peerId }] of [...others.slice(start), ...others.slice(0, start)].slice(0, 3).entries()) {
      const chunk = { ...next, sequence: next.sequence + ahead };
      this.context.send(peerId, { type: 'want', chunk, indices: [] });
    }
  }
}
