import type { SimplePeerSignal } from 'simple-peer/simplepeer.min.js';
import { writeSignal } from './link-signal.ts';
import { plainCandidates } from './plain-candidates.ts';

/** Candidates that are found at the same time travel together, ms (chosen: they come within 1 to 3). */
const TOGETHER_MS = 5;

/** Tells the other side what this end of a link says: a description at once, candidates a few at a time. */
export class SignalWriter {
  #waiting: string[] = [];
  #closed = false;

  /** @param ownAddresses of this device, as its site's server sees them */
  constructor(
    private readonly ownAddresses: readonly string[],
    private readonly say: (data: string) => void,
  ) {}

  write(signal: SimplePeerSignal): void {
    const lines = [signal, ...plainCandidates(signal, this.ownAddresses)].flatMap((one) => writeSignal(one) ?? []);
    if (this.#closed || lines.length === 0) return;
    if (signal.type !== 'candidate') {
      this.say(lines.join('\n'));
      return;
    }
    if (this.#waiting.length === 0) setTimeout(() => this.#sayWaiting(), TOGETHER_MS);
    this.#waiting.push(...lines);
  }

  /** The link is gone: candidates that came for it later would begin another at the other side. */
  close(): void {
    this.#closed = true;
  }

  #sayWaiting(): void {
    const lines = this.#waiting.splice(0);
    if (!this.#closed) this.say(lines.join('\n'));
  }
}
