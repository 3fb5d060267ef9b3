/** So much of a millisecond two clocks may drift apart in each, ms (chosen: cheap crystals stay below half of it). */
const DRIFT = 1e-4;
/**
 * So much of a wait is put down to the answer on the neighbour's word, ms (chosen: half of what home routers hold). One that
 * says it of all could otherwise hide from this peer that its line is full.
 */
const BELIEVED_MS = 150;

/**
 * How long a question spent in queues on its way to a neighbour: what is above the shortest way so far, by the two ends'
 * clocks, whatever they differ by. The answer's way is not in it: a full line at the other end does not pass for this one's.
 * @see RFC 6817, section 3.2, for the same in LEDBAT
 */
export class LeastWay {
  #leastMs = Number.POSITIVE_INFINITY;
  #readMs = 0;

  /**
   * Takes one more question into account and returns what it waited, ms: 0 when none was quicker.
   * @param sentMs by this peer's clock
   * @param heardMs by the neighbour's, as it says; what is no time tells nothing
   * @param bothMs what question and answer waited together, by this peer's own clock
   */
  waited(sentMs: number, heardMs: number, bothMs: number): number {
    if (!Number.isFinite(heardMs)) return bothMs;
    const wayMs = heardMs - sentMs;
    // What was shortest long ago may be another clock's time by now.
    const leastMs = this.#leastMs + Math.max(0, sentMs - this.#readMs) * DRIFT;
    this.#readMs = sentMs;
    this.#leastMs = Math.min(leastMs, wayMs);
    return Math.max(Math.min(wayMs - this.#leastMs, bothMs), bothMs - BELIEVED_MS);
  }
}
