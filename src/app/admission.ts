import type { Verification } from '../core/identity.ts';
import type { PeerId } from '../core/messages.ts';
import { type Entry, signedEntryBytes } from '../core/room/entry.ts';
import { entriesOf, type RawUpdate } from '../core/room/filter.ts';
import type { Ledger } from '../core/room/ledger.ts';
import type { Clock } from './clock.ts';

/** New entries let in in a second; the others wait their turn (chosen: ten times what a lively room of hundreds writes). */
const RATE_PER_S = 200;
/** So many unasked entries of one neighbour may wait: honest ones send no more than they let in (chosen: five seconds). */
const MAX_WAITING = 1_000;
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
  /** That neighbour sent what no honest one sends. */
  readonly onHostile: (peerId: PeerId) => void;
}

interface Waiting {
  readonly entries: readonly Entry[];
  readonly asked: boolean;
}

interface Queue {
  waiting: Waiting[];
  unasked: number;
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
    const entries = entriesOf(update, (bytes) => verification.hash(bytes));
    const queue = this.#queues.get(peerId) ?? { waiting: [], unasked: 0, busy: false };
    this.#queues.set(peerId, queue);
    const fresh = entries?.filter((entry) => !ledger.has(entry)) ?? [];
    if (!asked) queue.unasked += fresh.length;
    if (entries === null || queue.unasked > MAX_WAITING) {
      this.#refuse(peerId);
      return;
    }
    if (fresh.length === 0) return;
    queue.waiting.push({ entries: fresh, asked });
    if (!queue.busy) void this.#work(peerId, queue);
  }

  /** What a neighbour that is gone has sent is not looked at any more. */
  forget(peerId: PeerId): void {
    const queue = this.#queues.get(peerId);
    if (queue) queue.waiting = [];
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
    for (let next = queue.waiting.shift(); next; next = queue.waiting.shift()) {
      for (let at = 0; at < next.entries.length; at += BATCH) {
        const batch = next.entries.slice(at, at + BATCH).filter((entry) => !this.context.ledger.has(entry));
        if (!next.asked) await this.#ration(batch.length);
        const honest = await this.#admit(batch);
        if (this.#queues.get(peerId) !== queue) return;
        if (!honest) {
          this.#refuse(peerId);
          return;
        }
        if (!next.asked) queue.unasked -= Math.min(BATCH, next.entries.length - at);
      }
    }
    queue.busy = false;
  }

  /** @returns false when one of them is a forgery, or breaks the rules */
  async #admit(batch: readonly Entry[]): Promise<boolean> {
    const { ledger, hostMs, onAdmitted, onRejected } = this.context;
    const valid = await Promise.all(batch.map((entry) => this.#isValid(entry)));
    await this.#breathe();
    const admitted: Entry[] = [];
    let honest = true;
    for (const [at, entry] of batch.entries()) {
      const standing = valid[at] === true ? ledger.judge(entry, hostMs()) : 'bad';
      if (standing === 'next') {
        ledger.add(entry);
        admitted.push(entry);
      } else if (standing === 'bad') {
        honest = false;
        break;
      } else if (standing !== 'known') onRejected();
    }
    if (admitted.length > 0) onAdmitted(admitted);
    return honest;
  }

  #isValid(entry: Entry): Promise<boolean> {
    const known = this.#checks.get(entry.id);
    if (known && isSame(known.entry.encoded, entry.encoded)) return known.valid;
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

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
