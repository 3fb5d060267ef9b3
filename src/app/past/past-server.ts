import type { PeerId } from '../../core/messages.ts';
import { encodePast, INDEX, PART_BYTES, type PastMessage } from '../../core/past/past-wire.ts';
import type { Clock } from '../clock.ts';
import type { PastSource } from './past-source.ts';

/** So many things are sent to one neighbour at a time; whatever else it asks for is refused (chosen: players ask for one). */
const MAX_AT_ONCE = 4;
/** Parts between two looks, and the pause, ms (chosen: below what a neighbour is listened to in a second). */
const BURST = 4;
const PAUSE_MS = 20;
/** A host sends a run to one viewer at a time, who passes it on; if that takes longer, to others as well, ms (chosen). */
const ALONE_MS = 1_500;

export interface PastServerContext {
  readonly clock: Clock;
  readonly host: boolean;
  /** Null while there is nothing to give, or it is not to be given. */
  source(): PastSource | null;
  /** Says a few words at once. */
  say(to: PeerId, message: PastMessage): void;
  /** Sends a part of media; false while the link, or the line, has no room for it. */
  send(to: PeerId, data: Uint8Array): boolean;
  isThere(peerId: PeerId): boolean;
}

/** Sends what neighbours ask for, a few things at a time. */
export class PastServer {
  readonly #sending = new Map<PeerId, Set<number>>();
  /** Who gets a run of the host, and since when, ms. */
  readonly #first = new Map<number, { readonly to: PeerId; readonly sinceMs: number }>();
  /** Runs sent so far. */
  served = 0;

  constructor(private readonly context: PastServerContext) {}

  asked(from: PeerId, run: number): void {
    const source = this.context.source();
    const own = this.#sending.get(from) ?? new Set();
    const isHere = source !== null && (run === INDEX || source.holds(run));
    if (!isHere || own.size >= MAX_AT_ONCE || own.has(run) || this.#isOthers(from, run)) {
      this.context.say(from, { type: 'not', run });
      return;
    }
    this.#sending.set(from, own.add(run));
    void this.#send(from, run, source).then(() => {
      own.delete(run);
      if (own.size === 0) this.#sending.delete(from);
      if (this.#first.get(run)?.to === from) this.#first.delete(run);
    });
  }

  /** Whether somebody else is just getting it, who will have it in a moment. */
  #isOthers(from: PeerId, run: number): boolean {
    if (!this.context.host || run === INDEX) return false;
    const nowMs = this.context.clock.nowMs();
    const first = this.#first.get(run);
    if (first && first.to !== from && nowMs - first.sinceMs < ALONE_MS && this.context.isThere(first.to)) return true;
    this.#first.set(run, { to: from, sinceMs: nowMs });
    return false;
  }

  async #send(to: PeerId, run: number, source: PastSource): Promise<void> {
    const bytes = run === INDEX ? source.index : await source.read(run);
    if (!bytes) {
      this.context.say(to, { type: 'not', run });
      return;
    }
    let sent = 0;
    for (let at = 0; at < bytes.length; at += PART_BYTES) {
      const part = { type: 'part', run, at, total: bytes.length, bytes: bytes.subarray(at, at + PART_BYTES) } as const;
      const data = encodePast(part);
      if (++sent % BURST === 0) await this.#pause();
      while (!this.context.send(to, data)) {
        await this.#pause();
        if (!this.context.isThere(to)) return;
      }
      if (!this.context.isThere(to) || this.context.source()?.sinceS !== source.sinceS) return;
    }
    this.served += 1;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.context.clock.after(PAUSE_MS, resolve));
  }
}
