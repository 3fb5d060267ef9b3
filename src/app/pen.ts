import type { Signer, Verification } from '../core/identity.ts';
import type { Content } from '../core/room/content.ts';
import { encodeContent } from '../core/room/content-wire.ts';
import { clientOf, decodeEntry, type Entry, signEntry } from '../core/room/entry.ts';
import type { Ledger } from '../core/room/ledger.ts';
import type { Clock } from './clock.ts';

export interface PenContext {
  readonly streamId: string;
  readonly signer: Signer;
  /** 32 bits, drawn anew by each page. */
  readonly session: number;
  readonly verification: Verification;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly hostMs: () => number;
  /** Own entries, in the ledger already. */
  readonly onWritten: (entries: readonly Entry[]) => void;
}

/** Writes this page's own entries, one behind the other, no faster than the others let in. */
export class Pen {
  /** The Yjs client under which this page writes. */
  readonly client: number;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly context: PenContext) {
    const { signer, session, verification } = context;
    this.client = clientOf(signer.publicKey, session, (bytes) => verification.hash(bytes));
  }

  /** Several contents are of the same moment, as far as the pace lets them be. */
  write(...contents: readonly Content[]): void {
    this.#writing = this.#writing.then(() => this.#write(contents)).catch(() => undefined); // a key that can't sign any more: the person can still watch
  }

  async #write(contents: readonly Content[]): Promise<void> {
    const { ledger, hostMs, clock } = this.context;
    const momentMs = Math.round(hostMs());
    for (const content of contents) {
      // Each entry counts for the pace of the next one.
      const earliestMs = ledger.earliestMs(this.client);
      const waitMs = earliestMs - hostMs();
      if (waitMs > 0) await new Promise<void>((resolve) => clock.after(waitMs, resolve));
      const entry = await this.#sign(content, Math.max(momentMs, earliestMs));
      ledger.add(entry);
      this.context.onWritten([entry]);
    }
  }

  async #sign(content: Content, timeMs: number): Promise<Entry> {
    const { streamId, signer, session, verification, ledger } = this.context;
    const place = { client: this.client, clock: ledger.countOf(this.client) };
    const unsigned = { ...place, session, timeMs, content: encodeContent(content) };
    const encoded = await signEntry(streamId, unsigned, signer);
    const entry = decodeEntry(encoded, place, (bytes) => verification.hash(bytes));
    if (!entry) throw new Error('An entry of this page is out of bounds');
    return entry;
  }
}
