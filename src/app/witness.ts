import { type Content, MAX_WITNESSED } from '../core/room/content.ts';
import type { EntryPlace } from '../core/room/entry.ts';
import type { Ledger } from '../core/room/ledger.ts';

/** The host says what it has seen so often, ms, if there is anything new (chosen: nobody writes further into the past). */
const WITNESS_MS = 10_000;
/** A host who comes back says nothing before it has heard from the others, ms (chosen: a newcomer is up to date in two seconds). */
const SETTLE_MS = 5_000;

/** The host's memory of what it has witnessed, so that entries can't be dated back beyond it. */
export class Witness {
  readonly #seen = new Map<number, number>();
  #nextMs: number;

  /** @param own the Yjs client under which the host's page writes: it need not witness itself */
  constructor(
    private readonly ledger: Ledger,
    private readonly own: number,
    nowMs: number,
  ) {
    this.#nextMs = nowMs + SETTLE_MS;
  }

  /** What is to be said at this time of the tending. */
  due(nowMs: number): readonly Content[] {
    if (nowMs < this.#nextMs) return [];
    this.#nextMs = nowMs + WITNESS_MS;
    return this.take();
  }

  /** Everything that is new since the last time. */
  take(): readonly Content[] {
    const news: EntryPlace[] = [];
    for (const [client, count] of this.ledger.counts()) {
      if (client === this.own || this.#seen.get(client) === count) continue;
      this.#seen.set(client, count);
      news.push({ client, clock: count });
    }
    const parts: Content[] = [];
    for (let at = 0; at < news.length; at += MAX_WITNESSED) {
      parts.push({ type: 'witness', seen: news.slice(at, at + MAX_WITNESSED) });
    }
    return parts;
  }
}
