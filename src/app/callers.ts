import type { Clock } from './clock.ts';
import type { PeerChannel } from './peer-channel.ts';

/** Visitors at a door at once; more are turned away and knock again (chosen: a visit lasts a second or two). */
const MAX_CALLERS = 64;
/** A visitor who hasn't said hello after this is shown out, ms (chosen). */
const HELLO_MS = 5_000;

/** Keeps strangers from blocking a door by their number, or by standing there in silence. */
export class Callers {
  #callers: PeerChannel[] = [];

  constructor(private readonly clock: Clock) {}

  /** Closes the channel at once when too many are there, and later if it stays anonymous. */
  admit(caller: PeerChannel): void {
    this.#callers = this.#callers.filter(({ isClosed }) => !isClosed);
    if (this.#callers.length >= MAX_CALLERS) caller.close();
    this.#callers.push(caller);
    this.clock.after(HELLO_MS, () => {
      if (caller.peerId === null) caller.close();
    });
  }
}
