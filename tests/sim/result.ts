/** What a run prints. Times are ms; shares lie between 0 and 1. */
export interface Result {
  readonly name: string;
  readonly seed: number;
  /** All that came, attackers and unreachable ones included. */
  readonly viewers: number;
  /** Share of viewers whom neither the host nor any relaying viewer could reach; left out of the other figures. */
  readonly unreachable: number;
  readonly durationS: number;
  /** Real time of the run. */
  readonly wallS: number;
  /**
   * Payload of the pieces that the host sent / bytes of the stream: over the show, as it was encoded, and in its worst second,
   * at the rate that was asked for.
   */
  readonly hostUploadMultiple: { readonly mean: number; readonly max1s: number };
  /** (host + uplinks of honest reachable viewers that relay) / (reachable viewers × bit rate). */
  readonly supplyRatio: number;
  /** On-time rate at the viewers (less where the show came down) / min(bit rate, u_s, (u_s + Σ u_i) / N). @see Kumar, Liu and Ross (2007) */
  readonly boundRatio: number;
  /** From arrival to the first key chunk that is whole; who waits in vain counts with the time waited, from 3 s on. */
  readonly startupMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** From capture to playable in order, of each chunk at each viewer. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** Hops from the host of a viewer's deepest stripe, once a second. */
  readonly depth: { readonly p50: number; readonly max: number };
  /**
   * Share of pieces there by their playout time, of those due since the first picture (or since 3 s after arrival, if
   * there is none yet). `mean` over all pieces; `p1`: what 99 % of the viewers reach.
   */
  readonly continuity: { readonly mean: number; readonly p1: number };
  /**
   * Viewers who lost somebody on the way from the host: from the fault to the first chunk captured after it that is
   * whole in time. While the host is away, or out of reach, there is nothing to show: the clock starts at its return.
   */
  readonly healMs: { readonly p50: number; readonly p99: number } | null;
  /** Bytes of messages that are not media payload (headers with their hashes and signatures too) / media payload. */
  readonly controlOverhead: number;
  /** Pieces that came twice, and those that had to be asked for / pieces that came. */
  readonly duplicateShare: number;
  readonly repairShare: number;
  /** Forged pieces that an honest viewer kept, and that one passed on. */
  readonly forgedAccepted: number;
  readonly forgedForwarded: number;
  /** Share of those who sent forged pieces that at the end feed nobody and have no link to any they sent them to. */
  readonly attackersCut: number;
  /** By burst of arrivals. */
  readonly bursts: readonly { readonly viewers: number; readonly startupP95Ms: number; readonly continuity: number }[];
  /** Viewers that stayed for 3 s or more and saw no picture. */
  readonly neverStarted: number;
  readonly events: number;
}
