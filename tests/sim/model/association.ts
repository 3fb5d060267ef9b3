import type { Random } from './chance.ts';

/** Application bytes in one packet: Chrome's SCTP keeps packets at 1,191 bytes, 28 of them its own headers. */
const PACKET_BYTES = 1_163;
/** SCTP, DTLS, UDP and IPv4 around them: 28 + 37 + 28. */
const PACKET_HEADERS = 93;
/** @see RFC 9260, section 7.2.1, as Chrome has it (measured: 12 KB at first, 400 ms as the shortest timeout). */
const FIRST_WINDOW = 12_000;
const LEAST_WINDOW = 4 * PACKET_BYTES;
const MOST_WINDOW = 1 << 20;
const LEAST_RTO_MS = 400;
/** Packets that have to arrive after a lost one until it is sent again. */
const REPORTS = 3;
/** Over which time the packet rate is averaged, ms (chosen). */
const RATE_MS = 500;

/** Bytes on the line for a message of so many. */
export const wireBytes = (bytes: number): number => bytes + Math.ceil(bytes / PACKET_BYTES) * PACKET_HEADERS;

/**
 * One direction of an SCTP association, a message at a time and no packet by itself: its congestion window, what waits
 * for it, and what loss costs. Unordered, so a message that lost a packet holds up no other.
 */
export class Association {
  #window = FIRST_WINDOW;
  #threshold = MOST_WINDOW;
  #inFlight = 0;
  #sentMs = Number.NEGATIVE_INFINITY;
  #packetsPerMs = 0;
  /** When the last message that was accepted has its window. */
  #clearMs = Number.NEGATIVE_INFINITY;
  /** What waited for the window when a message was accepted last, bytes, and when that was, ms. */
  #waiting = 0;
  #acceptedMs = 0;
  #rttMs = 100;

  /** When the last byte of a message may leave, ms: once the window has room. */
  admit(bytes: number, rttMs: number, nowMs: number): number {
    const fromMs = Math.max(nowMs, this.#clearMs);
    this.#waiting = this.queuedBytes(nowMs);
    this.#acceptedMs = nowMs;
    const elapsedMs = Math.max(0, fromMs - this.#sentMs);
    this.#rttMs = rttMs;
    if (elapsedMs > this.rtoMs) this.#window = Math.min(this.#window, FIRST_WINDOW);
    this.#inFlight *= Math.max(0, 1 - elapsedMs / rttMs);
    const packets = Math.ceil(bytes / PACKET_BYTES);
    this.#packetsPerMs = (this.#packetsPerMs * RATE_MS + packets) / (RATE_MS + Math.min(elapsedMs, 1e6));
    const excess = this.#inFlight + bytes - this.#window;
    this.#inFlight += bytes;
    this.#waiting += this.#waiting > 0 ? bytes : Math.max(0, Math.min(bytes, excess));
    const waitMs = excess > 0 ? this.#open(excess, rttMs) : 0;
    this.#inFlight = Math.min(this.#inFlight, this.#window);
    this.#sentMs = fromMs + waitMs;
    this.#clearMs = this.#sentMs;
    return this.#clearMs;
  }

  /** What the application sees as buffered: accepted, and waiting for the window. */
  queuedBytes(nowMs: number): number {
    if (this.#waiting === 0 || nowMs >= this.#clearMs) return 0;
    return (this.#waiting * (this.#clearMs - nowMs)) / (this.#clearMs - this.#acceptedMs);
  }

  get rtoMs(): number {
    return Math.max(LEAST_RTO_MS, this.#rttMs * 2);
  }

  get windowBytes(): number {
    return this.#window;
  }

  /** How much later a message arrives because of lost packets, ms: usually 0. @param loss of each packet */
  lossDelayMs(bytes: number, loss: number, random: Random): number {
    const packets = Math.ceil(bytes / PACKET_BYTES);
    if (random() >= 1 - (1 - loss) ** packets) return 0;
    const following = packets - 1 - Math.floor(random() * packets);
    const awaited = Math.max(0, REPORTS - following);
    const reportMs = this.#rttMs + (awaited === 0 ? 0 : awaited / this.#packetsPerMs);
    const fast = reportMs < this.rtoMs;
    this.#lost(fast);
    return (fast ? reportMs : this.rtoMs) + (random() < loss ? this.rtoMs : 0);
  }

  /** Everything was lost: a full queue on the way. Returns when to send again, ms from now. */
  overrun(tries: number): number {
    this.#lost(false);
    return this.rtoMs * 2 ** Math.min(tries, 6);
  }

  #lost(fast: boolean): void {
    this.#threshold = Math.max(LEAST_WINDOW, this.#window / 2);
    this.#window = fast ? this.#threshold : PACKET_BYTES;
  }

  /** Waits until so many bytes more than the window have found room; meanwhile it grows. */
  #open(excess: number, rttMs: number): number {
    const doubling = Math.max(0, Math.min(excess, this.#threshold - this.#window));
    let waitMs = rttMs * Math.log2(1 + doubling / this.#window);
    this.#window = Math.min(MOST_WINDOW, this.#window + doubling);
    const rest = excess - doubling;
    if (rest > 0) {
      const turns = rest / this.#window;
      waitMs += rttMs * turns;
      this.#window = Math.min(MOST_WINDOW, this.#window + turns * PACKET_BYTES);
    }
    return waitMs;
  }
}
