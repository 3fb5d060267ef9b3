import type { Verification } from '../core/identity.ts';
import type { PeerId } from '../core/messages.ts';
import { type Entry, type EntryPlace, isSameEntry, signedEntryBytes } from '../core/room/entry.ts';
import { entriesOf, type RawUpdate } from '../core/room/filter.ts';
import type { Ledger } from '../core/room/ledger.ts';
import type { Clock } from './clock.ts';

/** New entries let in in a second; the others wait their turn (chosen: ten times what a lively room of hundreds writes). */
const RATE_PER_S = 200;
/**
 * Entries of one neighbour that may wait, unasked ones and answers (chosen: five seconds of the rate; 20 MB at the most).
 * Who passes a long history on sends far more than the rate, so what doesn't fit is dropped and asked for later.
 */
const MAX_WAITING = 1_000;
const MAX_ANSWERS = 10_000;
/** Signatures checked at once; in JavaScript each takes 2 ms, so the page breathes after so long, ms (chosen). */
const BATCH = 16;
const BREATH_MS = 8;

export interface AdmissionContext {
  readonly streamId: string;
  readonly verification: Verification;
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** The host's clock, ms since 1970. */
  readonly hostMs: () => number;
  /** New entries, in the ledger already. */
  readonly onAdmitted: (entries: readonly Entry[]) => void;
  /** An entry that this page does not have was not let in. */
  readonly onRejected: () => void;
  /** Both are signed by the same author for the same place. */
  readonly onForked: (one: Entry, other: Entry) => void;
  /** More came from that neighbour than may wait: it is to be asked for what is missing. */
  readonly onMissed: (peerId: PeerId) => void;
  /** That neighbour sent what no honest one sends. */
  readonly onHostile: (peerId: PeerId) => void;
}

/** What one neighbour sent and is not looked at yet: the answers first, they are what others miss, too. */
interface Queue {
  answers: Entry[];
  unasked: Entry[];
  busy: boolean;
}

/** The gate in front of the room: shape, place, signature, order and pace, neighbour by neighbour, each in its turn. */
export class Admission {
  readonly #queues = new Map<PeerId, Queue>();
  /** Checks under way: the same entry comes from several neighbours within milliseconds. */
  readonly #checks = new Map<string, { readonly entry: Entry; readonly valid: Promise<boolean> }>();
  #tokens = RATE_PER_S;
  #filledMs: number;
  #breathedMs = 0;

  constructor(private readonly context: AdmissionContext) {
    this.#filledMs = context.clock.nowMs();
  }

  take(peerId: PeerId, update: RawUpdate, asked: boolean): void {
    const { ledger, verification } = this.context;
    const isKnown = (place: EntryPlace, encoded: Uint8Array): boolean => {
      const here = ledger.at(place);
      return here !== undefined && isSameEntry(here, { encoded });
    };
    const entries = entriesOf(update, (bytes) => verification.hash(bytes), isKnown);
    if (entries === null) {
      this.#refuse(peerId);
      return;
    }
    const fresh = entries.filter((entry) => ledger.wants(entry));
    if (fresh.length === 0) return;
    const queue = this.#queues.get(peerId) ?? { answers: [], unasked: [], busy: false };
    this.#queues.set(peerId, queue);
    this.#enqueue(peerId, queue, fresh, asked);
    if (!queue.busy) void this.#work(peerId, queue);
  }

  #enqueue(peerId: PeerId, queue: Queue, fresh: readonly Entry[], asked: boolean): void {
    const { onMissed } = this.context;
    if (asked && queue.answers.length + fresh.length <= MAX_ANSWERS) queue.answers.push(...fresh);
    else if (!asked && queue.unasked.length + fresh.length <= MAX_WAITING) queue.unasked.push(...fresh);
    else {
      // The answer to come holds what waits unasked, and is not rationed. What waits of an answer is a good beginning.
      if (!asked) queue.unasked = [];
      onMissed(peerId);
    }
  }

  /** What a neighbour that is gone has sent is not looked at any more. */
  forget(peerId: PeerId): void {
    const queue = this.#queues.get(peerId);
    if (queue) [queue.answers, queue.unasked] = [[], []];
    this.#queues.delete(peerId);
  }

  #refuse(peerId: PeerId): void {
    this.forget(peerId);
    this.context.onRejected();
    this.context.onHostile(peerId);
  }

  async #work(peerId: PeerId, queue: Queue): Promise<void> {
    queue.busy = true;
    this.#breathedMs = this.context.clock.nowMs();
    for (;;) {
      const asked = queue.answers.length > 0;
      const taken = (asked ? queue.answers : queue.unasked).splice(0, BATCH);
      if (taken.length === 0) break;
      const batch = taken.filter((entry) => this.context.ledger.wants(entry));
      if (!asked) await this.#ration(batch.length);
      const honest = await this.#admit(batch);
      if (this.#queues.get(peerId) !== queue) return;
      if (honest) continue;
      this.#refuse(peerId);
      return;
    }
    queue.busy = false;
  }

  /** @returns false when one of them is a forgery: whoever passed it on has not checked it */
  async #admit(batch: readonly Entry[]): Promise<boolean> {
    const { ledger, hostMs, onAdmitted, onRejected, onForked } = this.context;
    const valid = await Promise.all(batch.map((entry) => this.#isValid(entry)));
    await this.#breathe();
    const admitted: Entry[] = [];
    const forged = valid.indexOf(false);
    for (const entry of forged < 0 ? batch : batch.slice(0, forged)) {
      const rival = ledger.rivalOf(entry);
      if (rival) {
        onRejected();
        onForked(rival, entry);
        continue;
      }
      const standing = ledger.judge(entry, hostMs());
      if (standing === 'next') {
        ledger.add(entry);
        admitted.push(entry);
      } else if (standing !== 'known') onRejected();
      if (standing === 'bad') ledger.bar(entry);
    }
    const staying = admitted.filter(({ author }) => !ledger.isExpelled(author));
    if (staying.length > 0) onAdmitted(staying);
    return forged < 0;
  }

  #isValid(entry: Entry): Promise<boolean> {
    const known = this.#checks.get(entry.id);
    if (known && isSameEntry(known.entry, entry)) return known.valid;
    const { verification, streamId } = this.context;
    const valid = verification.verify(entry.signature, signedEntryBytes(streamId, entry), entry.publicKey);
    const check = { entry, valid };
    if (!known) this.#checks.set(entry.id, check);
    return valid.finally(() => {
      if (this.#checks.get(entry.id) === check) this.#checks.delete(entry.id);
    });
  }

  /** Waits for the turn of so many entries. */
  async #ration(entries: number): Promise<void> {
    const { clock } = this.context;
    const nowMs = clock.nowMs();
    this.#tokens = Math.min(RATE_PER_S, this.#tokens + ((nowMs - this.#filledMs) * RATE_PER_S) / 1000);
    this.#filledMs = nowMs;
    this.#tokens -= entries;
    if (this.#tokens < 0) await this.#sleep((-this.#tokens * 1000) / RATE_PER_S);
  }

  async #breathe(): Promise<void> {
    const { clock } = this.context;
    if (clock.nowMs() - this.#breathedMs < BREATH_MS) return;
    await this.#sleep(0);
    this.#breathedMs = clock.nowMs();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.context.clock.after(ms, resolve);
    });
  }
}
