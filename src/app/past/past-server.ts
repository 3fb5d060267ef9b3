import type { PeerId } from '../../core/messages.ts';
import { encodePast, INDEX, PART_BYTES, type PastMessage } from '../../core/past/past-wire.ts';
import type { Clock } from '../clock.ts';
import type { PastSource } from './past-source.ts';

/** So many things are sent to one neighbour at a time; whatever else it asks for is refused (chosen: players ask for one). */
const MAX_AT_ONCE = 4;
/** More than that waiting in a link holds up the chat on it, bytes (chosen). */
const FULL_BYTES = 128 * 1024;
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
  /** False while the link has more than that to send already. */
  say(to: PeerId, data: Uint8Array, mostQueued: number): boolean;
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
      this.#say(from, { type: 'not', run });
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
      this.#say(to, { type: 'not', run });
      return;
    }
    let sent = 0;
    for (let at = 0; at < bytes.length; at += PART_BYTES) {
      const part = { type: 'part', run, at, total: bytes.length, bytes: bytes.subarray(at, at + PART_BYTES) } as const;
      const data = encodePast(part);
      if (++sent % BURST === 0) await this.#pause();
      while (!this.context.say(to, data, FULL_BYTES)) await this.#pause();
      if (!this.context.isThere(to) || this.context.source() !== source) return;
    }
    this.served += 1;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.context.clock.after(PAUSE_MS, resolve));
  }

  #say(to: PeerId, message: PastMessage): void {
    this.context.say(to, encodePast(message), Number.POSITIVE_INFINITY);
  }
}
