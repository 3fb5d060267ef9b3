import type { CensusRecord, Message, PeerId, ShortId } from '../messages.ts';
import { MAX_CENSUS, MAX_REPORTED, NO_DEPTH, shortOf } from '../messages.ts';
import { STRIPES } from '../chunk.ts';
import type { Neighbour } from './neighbour.ts';

/** The host asks so often, ms (chosen: a picture that follows the show and costs each viewer one message). */
const ASK_MS = 2_000;
/** Viewers of whom nothing was heard for so long leave the picture, ms (chosen: two questions, and the way up). */
const FORGET_MS = 5_000;
/** A question older than this is over: a host that came back counts from the beginning, ms (chosen: three of them). */
const ROUND_MS = 6_000;
/** Questions that come quicker than this are not passed on, ms (chosen: half of what is usual). */
const MIN_ROUND_MS = ASK_MS / 2;
/** Reports read of one neighbour in a second (chosen: four slow decisions, each with all that fits). */
const MAX_REPORTS_PER_SECOND = 4 * Math.ceil(MAX_CENSUS / MAX_REPORTED);

export interface CensusContext {
  readonly peerId: PeerId;
  readonly host: boolean;
  readonly upstream: { readonly depths: readonly number[]; parentOf(stripe: number): PeerId | null };
  readonly downstream: { of(stripe: number): Iterable<PeerId>; stripesOf(peerId: PeerId): readonly number[] };
  /** `rateBps`: what was sent lately. */
  readonly uplink: { readonly rateBps: number };
  readonly outbox: { readonly bytesSent: number };
  readonly counters: { reportsSent: number };
  send(to: PeerId, message: Message): void;
}

/** What the host heard of a viewer. */
interface Entry {
  readonly record: CensusRecord;
  /** The child who brought it. */
  readonly via: PeerId;
  readonly atMs: number;
}

/**
 * Who feeds whom, for the host's eyes: while it looks, a question goes down the tree of stripe 0 every two seconds, and
 * each viewer's answer goes up to its parent, who passes it on together with others. Nobody asks, nobody answers. What is
 * told is believed for the picture only, once for each viewer and question, so nothing goes round in circles.
 */
export class Census {
  #looking = false;
  #round = 0;
  #roundMs = Number.NEGATIVE_INFINITY;
  /** Host: what it heard. */
  readonly #entries = new Map<ShortId, Entry>();
  /** Viewer: whom it has told of in this round, and what it has yet to tell. */
  readonly #told = new Set<ShortId>();
  #untold: CensusRecord[] = [];
  #sent: { readonly bytes: number; readonly atMs: number } | null = null;
  /** Grows with everything that the host hears, so that nobody draws the same picture twice. */
  changes = 0;

  constructor(private readonly context: CensusContext) {}

  /** The host opens the picture, or closes it. */
  look(on: boolean): void {
    this.#looking = on && this.context.host;
    if (!on) this.#entries.clear();
  }

  /** The host, and what viewers said of themselves lately, as they were first heard of. At most `MAX_CENSUS`. */
  get records(): CensusRecord[] {
    return Array.from(this.#entries.values(), ({ record }) => record);
  }

  /** Asks, or tells, what is due. */
  tend(nowMs: number): void {
    if (!this.context.host) this.#tell();
    else if (this.#looking) {
      this.#forget(nowMs);
      if (nowMs - this.#roundMs < ASK_MS) return;
      this.#keep({ record: this.#own(nowMs), via: this.context.peerId, atMs: nowMs });
      this.#ask(this.#round + 1, nowMs);
    }
  }

  /** The question came from above. */
  asked(from: PeerId, round: number, nowMs: number): void {
    const { host, upstream } = this.context;
    if (host || from !== upstream.parentOf(0)) return;
    const ageMs = nowMs - this.#roundMs;
    if (ageMs < MIN_ROUND_MS || (ageMs < ROUND_MS && round <= this.#round)) return;
    this.#told.clear();
    this.#untold = [];
    this.#note(this.#own(nowMs));
    this.#ask(round, nowMs);
  }

  /** Answers came from below. */
  reported(from: Neighbour, { round, records }: Report, nowMs: number): void {
    const { host, peerId, downstream } = this.context;
    if (!from.within('report', MAX_REPORTS_PER_SECOND, nowMs)) return;
    if (round !== this.#round || downstream.stripesOf(from.peerId).length === 0) return;
    for (const record of records) {
      if (record.id === shortOf(peerId)) continue;
      if (!host) this.#note(record);
      else if (this.#looking) this.#keep({ record, via: from.peerId, atMs: nowMs });
    }
  }

  #ask(round: number, nowMs: number): void {
    this.#round = round;
    this.#roundMs = nowMs;
    for (const child of this.context.downstream.of(0)) this.context.send(child, { type: 'census', round });
  }

  #own(nowMs: number): CensusRecord {
    const { peerId, upstream, uplink, outbox } = this.context;
    const since = this.#sent;
    this.#sent = { bytes: outbox.bytesSent, atMs: nowMs };
    const recent = since !== null && nowMs - since.atMs < ROUND_MS;
    const sentBps = recent ? ((outbox.bytesSent - since.bytes) * 8000) / (nowMs - since.atMs) : uplink.rateBps;
    const parents = Array.from({ length: STRIPES }, (_, stripe) => {
      const parent = upstream.parentOf(stripe);
      return parent === null ? null : shortOf(parent);
    });
    const depths = Array.from({ length: STRIPES }, (_, stripe) => upstream.depths[stripe] ?? NO_DEPTH);
    return { id: shortOf(peerId), parents, depths, sentBps: Math.round(sentBps) };
  }

  #note(record: CensusRecord): void {
    if (this.#told.has(record.id) || this.#told.size >= MAX_CENSUS) return;
    this.#told.add(record.id);
    this.#untold.push(record);
  }

  #tell(): void {
    if (this.#untold.length === 0) return;
    const parent = this.#above;
    if (parent === null) return;
    for (let at = 0; at < this.#untold.length; at += MAX_REPORTED) {
      const records = this.#untold.slice(at, at + MAX_REPORTED);
      this.context.send(parent, { type: 'report', round: this.#round, records });
      this.context.counters.reportsSent += 1;
    }
    this.#untold = [];
  }

  /** The parent of stripe 0, else any. */
  get #above(): PeerId | null {
    for (let stripe = 0; stripe < STRIPES; stripe++) {
      const parent = this.context.upstream.parentOf(stripe);
      if (parent !== null) return parent;
    }
    return null;
  }

  /** When the picture is full, whoever brought most of it makes room: so one liar can't fill it with inventions. */
  #keep(entry: Entry): void {
    const { id } = entry.record;
    if (!this.#entries.has(id) && this.#entries.size >= MAX_CENSUS && !this.#makeRoom(entry.via)) return;
    this.#entries.set(id, entry);
    this.changes += 1;
  }

  #makeRoom(via: PeerId): boolean {
    const shares = new Map<PeerId, number>();
    for (const entry of this.#entries.values()) shares.set(entry.via, (shares.get(entry.via) ?? 0) + 1);
    const [most = ['', 0]] = [...shares].sort((a, b) => b[1] - a[1]);
    if (most[1] <= (shares.get(via) ?? 0) + 1) return false;
    const last = [...this.#entries].findLast(([, entry]) => entry.via === most[0]);
    return last !== undefined && this.#entries.delete(last[0]);
  }

  #forget(nowMs: number): void {
    for (const [id, { atMs }] of this.#entries) {
      if (nowMs - atMs <= FORGET_MS) continue;
      this.#entries.delete(id);
      this.changes += 1;
    }
  }
}

type Report = Extract<Message, { type: 'report' }>;
