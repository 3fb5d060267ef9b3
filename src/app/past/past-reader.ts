import type { Verification } from '../../core/identity.ts';
import type { PeerId } from '../../core/messages.ts';
import {
  beginningOf,
  isGenuine,
  MAX_INDEX_BYTES,
  type PastRun,
  type PastShow,
  readIndex,
} from '../../core/past/past-index.ts';
import { INDEX, type PastMessage } from '../../core/past/past-wire.ts';
import { unpackGroup } from '../../core/recording/chunk-group.ts';
import { Verifier } from '../../core/verifier.ts';
import { type Clock, every } from '../clock.ts';
import type { KeptPast } from './past-source.ts';
import { Transfer } from './transfer.ts';

/** Whether something can be asked again is looked at so often, ms (chosen). */
const TURN_MS = 100;
/** Without a part for so long it is asked of somebody else, ms (chosen: several looks at a full link). */
const STALLED_MS = 3_000;
/** Who has it not now is asked again after this; who stalled, after that, ms (chosen). */
const NOT_NOW_MS = 250;
const SLOW_MS = 8_000;
/** The first runs are asked of anybody: the picture comes first (chosen). */
const AT_ONCE = 3;
/** Later ones are left to other viewers for up to such a share of their own length, before the host is asked (chosen). */
const PATIENT_SHARE = 0.6;
/** So long one run is looked for before a player hears that it can't be had, ms (chosen: a host that reloads is back by then). */
const PATIENCE_MS = 30_000;

export interface PastReaderContext {
  readonly streamId: string;
  /** Null until somebody has shown it. */
  hostKey(): Uint8Array | null;
  isHost(peerId: PeerId): boolean;
  isThere(peerId: PeerId): boolean;
  /** The host's latest session: what ended before is of another show. */
  epochS(): number;
  say(to: PeerId, message: PastMessage): void;
  cutOff(peerId: PeerId): void;
  /** Whether somebody here wants to see the show; without that nothing is asked for. */
  isWanted(): boolean;
  /** A neighbour has something of it. */
  onOffered(): void;
  /** The index of the host's latest show, signed by its host. Again when there is more of it, or a later one. */
  onIndex(index: Uint8Array, show: PastShow): void;
  /** This run is here now. */
  onRun(run: number): void;
}

interface Holder {
  readonly sinceS: number;
  readonly runs: number;
  readonly held: Uint8Array;
}

/** What came from a neighbour: as the host signed it, the same of an earlier show, or no honest peer's. */
type Verdict = 'genuine' | 'old' | 'forged';

/** Something that is looked for: from one neighbour at a time. */
interface Search {
  readonly run: number;
  readonly sinceMs: number;
  /** The host is asked from then on, ms. */
  readonly hostFromMs: number;
  readonly isLength: (total: number) => boolean;
  /** Called once it is whole. */
  readonly judge: (bytes: Uint8Array) => Promise<Verdict>;
  readonly avoided: Map<PeerId, number>;
  from: PeerId | null;
  heardMs: number;
  transfer: Transfer;
  done(bytes: Uint8Array | null): void;
}

/** Finds out which neighbours have what of the past, and gets it from them: from other viewers rather than from the host. */
export class PastReader {
  readonly #holders = new Map<PeerId, Holder>();
  readonly #searches = new Map<number, Search>();
  readonly #fetches = new Map<number, Promise<Uint8Array | null>>();
  #show: PastShow | null = null;
  readonly #stop: () => void;
  fromHost = 0;
  fromOthers = 0;
  refused = 0;

  constructor(
    private readonly ports: {
      readonly clock: Clock;
      readonly random: () => number;
      readonly verification: Verification;
    },
    private readonly context: PastReaderContext,
  ) {
    this.#stop = every(ports.clock, TURN_MS, () => this.#turn());
  }

  heard(from: PeerId, message: Exclude<PastMessage, { type: 'ask' }>): void {
    switch (message.type) {
      case 'have':
        this.#holders.set(from, { sinceS: message.sinceS, runs: message.runs, held: message.held });
        this.context.onOffered();
        // It may have more of the show now, or another one.
        this.#searches.get(INDEX)?.avoided.delete(from);
        this.#searchIndex();
        return;
      case 'got': {
        const held = this.#holders.get(from)?.held;
        if (held && message.run >> 3 < held.length)
          held[message.run >> 3] = (held[message.run >> 3] ?? 0) | (1 << (message.run & 7));
        return;
      }
      case 'not':
        this.#giveUp(this.#searches.get(message.run), from, NOT_NOW_MS);
        return;
      case 'part':
        this.#part(from, message);
    }
  }

  /** A run's bytes, from what is kept or from neighbours; null when nobody has it any longer. Never rejects. */
  fetch(at: number, run: PastRun, kept: KeptPast): Promise<Uint8Array | null> {
    const here = kept.get(at);
    if (here) return Promise.resolve(here);
    const known = this.#fetches.get(at);
    if (known) return known;
    const fetch = this.#search(
      at,
      this.#waitMs(run),
      (total) => total === run.bytes,
      async (bytes) => {
        const verifier = this.#verifier;
        const chunks = unpackGroup(bytes);
        const isGood = verifier !== null && chunks !== null && (await isGenuine(chunks, run, verifier));
        return isGood ? 'genuine' : 'forged';
      },
    ).then((bytes) => {
      this.#fetches.delete(at);
      if (bytes) {
        kept.keep(at, bytes);
        this.context.onRun(at);
      }
      return bytes;
    });
    this.#fetches.set(at, fetch);
    return fetch;
  }

  close(): void {
    this.#stop();
    for (const search of [...this.#searches.values()]) search.done(null);
  }

  /** How long to wait whether another viewer gets it from the host, ms: each draws its own, so one goes first. */
  #waitMs({ startMs, endMs }: PastRun): number {
    const isLater = this.fromHost + this.fromOthers >= AT_ONCE;
    return isLater ? this.ports.random() * PATIENT_SHARE * (endMs - startMs) : 0;
  }

  get #verifier(): Verifier | null {
    const key = this.context.hostKey();
    return key && new Verifier(this.context.streamId, key, this.ports.verification);
  }

  /** Somebody says that it has an index that goes further than the one here. */
  #hasMore({ sinceS, runs }: Holder): boolean {
    const own = this.#show;
    const ownS = own ? beginningOf(own) : -1;
    return own === null || sinceS > ownS || (sinceS === ownS && runs > own.runs.length);
  }

  /** Where it is wanted, and somebody has more than is here. */
  #searchIndex(): void {
    const isThere = [...this.#holders.values()].some((holder) => this.#hasMore(holder));
    if (!isThere || !this.context.isWanted() || this.#searches.has(INDEX)) return;
    let show: PastShow | null = null;
    void this.#search(
      INDEX,
      0,
      (total) => total <= MAX_INDEX_BYTES,
      async (bytes) => {
        const key = this.context.hostKey();
        show =
          key &&
          (await readIndex(bytes, this.context.streamId, key, (...signed) =>
            this.ports.verification.verify(...signed),
          ));
        if (!show) return 'forged';
        const found = { sinceS: beginningOf(show), runs: show.runs.length, held: bytes };
        return show.epochS < this.context.epochS() || !this.#hasMore(found) ? 'old' : 'genuine';
      },
    ).then((index) => {
      if (!index || !show) return;
      this.#show = show;
      this.context.onIndex(index, show);
    });
  }

  #search(
    run: number,
    waitMs: number,
    isLength: Search['isLength'],
    judge: Search['judge'],
  ): Promise<Uint8Array | null> {
    const nowMs = this.ports.clock.nowMs();
    return new Promise((resolve) => {
      const search: Search = {
        run,
        sinceMs: nowMs,
        hostFromMs: nowMs + waitMs,
        isLength,
        judge,
        avoided: new Map(),
        from: null,
        heardMs: nowMs,
        transfer: new Transfer(isLength),
        done: (bytes) => {
          this.#searches.delete(run);
          resolve(bytes);
        },
      };
      this.#searches.set(run, search);
      this.#ask(search, nowMs);
    });
  }

  #turn(): void {
    const nowMs = this.ports.clock.nowMs();
    for (const peerId of this.#holders.keys()) if (!this.context.isThere(peerId)) this.#holders.delete(peerId);
    if (this.#holders.size > 0) this.#searchIndex();
    for (const search of [...this.#searches.values()]) {
      if (nowMs - search.sinceMs > PATIENCE_MS) search.done(null);
      else if (search.from === null) this.#ask(search, nowMs);
      else if (!this.context.isThere(search.from) || nowMs - search.heardMs > STALLED_MS)
        this.#giveUp(search, search.from, SLOW_MS);
    }
  }

  #ask(search: Search, nowMs: number): void {
    const mayAskHost = nowMs >= search.hostFromMs;
    let best: PeerId | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const [peerId, holder] of this.#holders) {
      const has =
        search.run === INDEX
          ? this.#hasMore(holder)
          : this.#show !== null &&
            holder.sinceS === beginningOf(this.#show) &&
            ((holder.held[search.run >> 3] ?? 0) & (1 << (search.run & 7))) > 0;
      if (
        !has ||
        (!mayAskHost && this.context.isHost(peerId)) ||
        !this.context.isThere(peerId) ||
        (search.avoided.get(peerId) ?? 0) > nowMs
      )
        continue;
      const cost = (this.context.isHost(peerId) ? 1 : 0) + this.#asked(peerId) + this.ports.random() / 2;
      if (cost >= least) continue;
      [best, least] = [peerId, cost];
    }
    if (best === null) return;
    search.from = best;
    search.heardMs = nowMs;
    search.transfer = new Transfer(search.isLength);
    this.context.say(best, { type: 'ask', run: search.run });
  }

  /** How much that neighbour is sending already. */
  #asked(peerId: PeerId): number {
    return [...this.#searches.values()].filter(({ from }) => from === peerId).length;
  }

  #giveUp(search: Search | undefined, from: PeerId, forMs: number): void {
    if (search?.from !== from) return;
    const nowMs = this.ports.clock.nowMs();
    search.from = null;
    search.avoided.set(from, nowMs + forMs);
    this.#ask(search, nowMs);
  }

  #part(from: PeerId, part: Extract<PastMessage, { type: 'part' }>): void {
    const search = this.#searches.get(part.run);
    // Of somebody who was given up the rest may still be on its way.
    if (search?.from !== from) return;
    search.heardMs = this.ports.clock.nowMs();
    if (!search.transfer.take(part)) {
      this.#refuse(search, from);
      return;
    }
    const { whole } = search.transfer;
    if (whole) void this.#judge(search, from, whole);
  }

  async #judge(search: Search, from: PeerId, whole: Uint8Array): Promise<void> {
    const verdict = await search.judge(whole);
    if (search.from !== from) return;
    if (verdict === 'forged') {
      this.#refuse(search, from);
      return;
    }
    if (verdict === 'old') {
      // It says so when it has found the latest.
      this.#holders.delete(from);
      this.#giveUp(search, from, Number.POSITIVE_INFINITY);
      return;
    }
    if (search.run !== INDEX && this.context.isHost(from)) this.fromHost += 1;
    else if (search.run !== INDEX) this.fromOthers += 1;
    search.done(whole);
  }

  /** It sent what no honest peer sends. */
  #refuse(search: Search, from: PeerId): void {
    this.refused += 1;
    this.#holders.delete(from);
    this.context.cutOff(from);
    this.#giveUp(search, from, Number.POSITIVE_INFINITY);
  }
}
