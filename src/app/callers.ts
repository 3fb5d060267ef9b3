import type { Clock } from './clock.ts';
import type { PeerChannel } from './peer-channel.ts';

/** Visitors at a door at once (chosen: each costs a few kilobytes and a letter a second; a rush is some hundreds). */
const MAX_CALLERS = 256;
/** Who has been there for so long makes room for a newcomer, ms (chosen: a visit lasts a second or two). */
const VISIT_MS = 3_000;
/** A visitor who hasn't said hello after this is shown out, ms (chosen). */
const HELLO_MS = 5_000;

/** Keeps strangers from blocking a door by their number, or by standing there in silence. */
export class Callers {
  #callers: { readonly channel: PeerChannel; readonly sinceMs: number }[] = [];

  constructor(private readonly clock: Clock) {}

  /** Closes the channel at once when too many are there, and later if it stays anonymous. */
  admit(channel: PeerChannel): void {
    const sinceMs = this.clock.nowMs();
    this.#callers = this.#callers.filter((caller) => !caller.channel.isClosed);
    const [longest] = this.#callers;
    if (longest && this.#callers.length >= MAX_CALLERS) {
      if (sinceMs - longest.sinceMs < VISIT_MS) {
        channel.close();
        return;
      }
      this.#callers.shift();
      longest.channel.close();
    }
    this.#callers.push({ channel, sinceMs });
    this.clock.after(HELLO_MS, () => {
      if (channel.peerId === null) channel.close();
    });
  }
}
