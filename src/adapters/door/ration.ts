/** Senders told apart within one second (chosen: a rush at one door is some hundreds). */
const MAX_SENDERS = 2_000;

/** So many letters a second are read from each sender: who floods a door is not heard, and nobody else suffers. */
export class Ration {
  private readonly counts = new Map<string, number>();
  private second = Number.NEGATIVE_INFINITY;

  constructor(private readonly perSecond: number) {}

  /** Counts one letter; false when it is one too many. */
  allows(sender: string, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.second) this.counts.clear();
    this.second = second;
    const count = this.counts.get(sender) ?? 0;
    if (count >= this.perSecond || (count === 0 && this.counts.size >= MAX_SENDERS)) return false;
    this.counts.set(sender, count + 1);
    return true;
  }
}
