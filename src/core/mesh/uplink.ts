import { DATA_STRIPES, STRIPES } from '../chunk.ts';
import type { PeerId } from '../messages.ts';
import { Answers, WAITS_MS } from './answers.ts';
import {
  CAP_SHARE,
  FIRST_HOST_UPLINK_BPS,
  FIRST_UPLINK_BPS,
  HOST_SLOT_SHARE,
  MAX_UPLINK_BPS,
  MIN_UPLINK_BPS,
  SLOT_SHARE,
} from './limits.ts';
import type { LineGuess } from './line-probe.ts';
import { type Flow, TokenBucket } from './token-bucket.ts';

/** The uplink is judged so often, ms (chosen: several chunks). */
const JUDGE_MS = 500;
/** After a fall the uplink doesn't grow for so long, ms (chosen). */
const CALM_MS = 5_000;
/** Half seconds that tell what a line carried (chosen: longer than a queue takes to fill). */
const RECENT_RATES = 6;
/** More than what the line carried when its queues were too long is tried again after this, ms (chosen). */
const PROBE_MS = 20_000;
/** A host is cautious, for everyone is behind it. */
const HOST_PROBE_MS = 600_000;
/**
 * But a moment's trouble must not cost the show its quality for good: where the line is taken for too thin for the show
 * as it was meant, it is tried again after this, and each time in vain after twice as long (chosen).
 */
const POOR_PROBE_MS = 15_000;
/** Below so many times the show its line is taken for too thin (chosen: headers take most of the rest). */
const POOR = 1.18;
/** Each step of such a trial; when the next one comes if nothing queues; for how long trouble is put down to it, ms (chosen). */
const PROBE_STEP = 1.1;
const PROBE_STEP_MS = 2_000;
const TRIAL_MS = 6_000;
/**
 * Growth at each judgement: at first, later, of a host at first (once answers show that nothing queues), and of a host
 * that feeds so many times the show already (chosen).
 */
const FIRST_STEP = 1.5;
const LATER_STEP = 1.15;
const CONFIRMED_STEP = 1.3;
const CAREFUL_STEP = 1.02;
const HOST_ENOUGH = 3;
/** An uplink grows while more than this share of it is used (chosen). */
const USED_SHARE = 0.45;
/** So many times the show is sent by a host at least: once, with headers and some repair (chosen). */
const HOST_LEAST = 1.2;
/** So many times the show is a host's line thought to carry at first, if that is more (chosen: once, and some repair). */
const FIRST_HOST_SHARE = 1.25;
/** So many times the proven rate is believed at most (chosen). */
const BEYOND = 2;
const HOST_BEYOND = 1.35;
/** Share of that rate that is used until then (chosen). */
const CEILING_SHARE = 0.92;
/** A line that carries no more of what it may is clear (chosen). */
const CLEAR_SHARE = 0.4;
/** What is added takes so long to queue and to be noticed: until then answers say nothing about it, ms (chosen). */
const SHOWS_MS = 500;
/** Share of the uplink for what is asked for, whatever subscriptions take (chosen). */
const LEAST_SPARE = 0.1;
/** A queue that needs longer than this to drain is too long, ms (chosen: two chunks). */
const BACKLOG_MS = 200;
/** Queues below this are noise, whatever they need to drain (chosen: a keyframe chunk for a few children). */
const BACKLOG_BYTES = 48 * 1024;
/** Headers and signatures (3 to 6 %), and those of packets (8 %), beside the payload. */
const OVERHEAD = 1.12;
/** The show with its parity. */
const WITH_PARITY = STRIPES / DATA_STRIPES;
/** A given limit is one for media: packets' headers come on top. */
const LIMITED_OVERHEAD = 1.05;

/**
 * What this peer can send: measured by using it (starts low, grows while the queues stay empty, falls when they fill),
 * and a bucket that keeps media below it. With a given limit, media stays below the limit over any two seconds.
 */
export class Uplink {
  #capacityBps: number;
  /** What was sent when the line was too slow last, nearly. */
  #ceilingBps = Number.POSITIVE_INFINITY;
  readonly #slotShare: number;
  #limitBps: number | null = null;
  readonly #bucket: TokenBucket;
  readonly #answers: Answers;
  #committedBps = 0;
  #showBps = Number.POSITIVE_INFINITY;
  #wishBps = 0;
  #judgedMs: number;
  #judgedBytes = 0;
  /** Media sent in each of the last half seconds since the guess fell, bit/s, newest last. */
  #rates: readonly number[] = [];
  #rateBps = 0;
  #backlogged = 0;
  #grownMs = Number.NEGATIVE_INFINITY;
  #standingBytes = Number.POSITIVE_INFINITY;
  #fellMs = Number.NEGATIVE_INFINITY;
  #poorProbeMs = POOR_PROBE_MS;
  #probedMs = Number.NEGATIVE_INFINITY;
  #measured = false;
  #recalled = false;
  /** The most that a train of packets has shown, bit/s. */
  #shownBps = Number.POSITIVE_INFINITY;

  constructor(
    private readonly host: boolean,
    nowMs: number,
  ) {
    this.#slotShare = host ? HOST_SLOT_SHARE : SLOT_SHARE;
    this.#capacityBps = host ? FIRST_HOST_UPLINK_BPS : FIRST_UPLINK_BPS;
    this.#judgedMs = nowMs;
    this.#bucket = new TokenBucket(this.#flow, nowMs);
    this.#answers = new Answers(host);
  }

  /** A limit given by the person, bit/s; null: none. */
  limit(bitsPerSecond: number | null): void {
    this.#limitBps = bitsPerSecond;
    this.#bucket.shrink();
  }

  /** The show as the host means it, bit/s: it may have come down to what the line was taken for. */
  wish(bitsPerSecond: number): void {
    this.#wishBps = bitsPerSecond;
    if (this.host && !this.#measured) this.#capacityBps = Math.max(this.#capacityBps, FIRST_HOST_SHARE * bitsPerSecond);
  }

  /** What this line carried shortly before, bit/s: a better guess than any, until it is measured anew. */
  recall(bitsPerSecond: number): void {
    if (this.#measured || !Number.isFinite(bitsPerSecond)) return;
    this.#recalled = true;
    this.#capacityBps = Math.min(MAX_UPLINK_BPS, Math.max(this.#capacityBps, bitsPerSecond));
    this.#bucket.refill();
  }

  /** Whether nothing has shown yet what the line carries. */
  get isGuessed(): boolean {
    return this.#limitBps === null && this.#fellMs === Number.NEGATIVE_INFINITY && !this.#recalled;
  }

  /** A better guess, before the line is full for the first time: down only when it is sure, and before it was used. */
  guess({ bitsPerSecond, mostBps, isSure }: LineGuess): void {
    if (!this.isGuessed) return;
    this.#shownBps = mostBps;
    if (bitsPerSecond < this.#capacityBps && (this.#measured || !isSure)) return;
    this.#capacityBps = Math.max(this.#leastBps, bitsPerSecond);
  }

  /** What may be used, bit/s. */
  get capacityBps(): number {
    return this.#limitBps === null
      ? this.#capacityBps
      : Math.min(this.#limitBps, this.#capacityOrLimit(this.#limitBps));
  }

  /** Measured or given; null while it is a guess. */
  get knownBps(): number | null {
    return this.#limitBps !== null || this.#measured ? this.capacityBps : null;
  }

  /** What the line was measured to carry, bit/s, whatever limit was given; null while it is a guess. */
  get carriedBps(): number | null {
    return this.#measured ? this.#capacityBps : null;
  }

  /** Whether so much is sent that the line's queue may grow. */
  get isLoaded(): boolean {
    return this.#rateBps > 0.5 * this.capacityBps;
  }

  /** Whether next to nothing waits for this line: so little is sent, or answers come as quickly as they can. */
  get isClear(): boolean {
    const recentBps = ((this.#bucket.sentBytes - this.#judgedBytes) * 8000) / JUDGE_MS;
    return Math.max(this.#rateBps, recentBps) < CLEAR_SHARE * this.capacityBps || this.#answers.areQuick;
  }

  /** Media sent in the last half second or so, bit/s. */
  get rateBps(): number {
    return this.#rateBps;
  }

  /**
   * How many children, counted in stripes, the uplink feeds at this rate of the whole show.
   * @param isCrowd each stripe, parity too, is to have a way from the host: worth more there than what bursts need
   */
  slots(showBps: number, isCrowd: boolean): number {
    this.#showBps = showBps;
    const overhead = this.#limitBps === null ? OVERHEAD : LIMITED_OVERHEAD;
    const slots = Math.floor((this.capacityBps * this.#slotShare * DATA_STRIPES) / (showBps * overhead));
    const carriesAll = isCrowd && this.capacityBps >= showBps * WITH_PARITY * overhead;
    return carriesAll ? Math.max(STRIPES, slots) : slots;
  }

  /** What is known of the line, for one copy of the show, for a crowd with its parity, bit/s; null while it is a guess. */
  copyBps(isCrowd: boolean): number | null {
    const { knownBps } = this;
    return knownBps === null || !isCrowd ? knownBps : knownBps / WITH_PARITY;
  }

  /** What subscriptions need, of what may be used, bit/s: what is asked for besides gets the rest. */
  commit(bitsPerSecond: number): void {
    this.#committedBps = bitsPerSecond;
  }

  /** Takes the bytes from the bucket if they may go now. @param spare out of what subscriptions leave */
  take(bytes: number, spare: boolean, nowMs: number): boolean {
    return this.#bucket.take(bytes, spare, nowMs);
  }

  /** The same for what can wait: takes only from what has been left over for a while. */
  takeIdle(bytes: number, nowMs: number): boolean {
    return this.#bucket.takeIdle(bytes, nowMs);
  }

  /** Whether so much has been left over for a while. */
  isIdle(bytes: number, nowMs: number): boolean {
    return this.#bucket.isIdle(bytes, nowMs);
  }

  /** What went out besides media, bytes: it needs the same line. */
  spend(bytes: number): void {
    this.#bucket.spend(bytes);
  }

  /** When so many bytes may go, ms. */
  readyMs(bytes: number, spare: boolean, nowMs: number): number {
    return this.#bucket.readyMs(bytes, spare, nowMs);
  }

  /** The page itself did not get its turn in time: what it hears now has waited for the page, not for the line. */
  heldUp(nowMs: number): void {
    this.#answers.heldUp(nowMs);
  }

  /** A question and its answer spent so long in queues, ms. @param witness who was asked */
  waited(ms: number, witness: PeerId, nowMs: number): void {
    if (this.host && nowMs - this.#grownMs < SHOWS_MS) return;
    this.#answers.waited(ms, witness, nowMs);
  }

  /**
   * Learns from what the links hold back: `queuedBytes` in all of them together.
   * @param wanted whether more would be of use
   */
  judge(queuedBytes: number, wanted: boolean, nowMs: number): void {
    const elapsedMs = nowMs - this.#judgedMs;
    // The least of several readings is a standing queue; a keyframe fills it for a moment only.
    this.#standingBytes = Math.min(this.#standingBytes, queuedBytes);
    if (elapsedMs < JUDGE_MS) return;
    const standing = this.#standingBytes;
    this.#standingBytes = Number.POSITIVE_INFINITY;
    this.#rateBps = ((this.#bucket.sentBytes - this.#judgedBytes) * 8000) / elapsedMs;
    this.#judgedMs = nowMs;
    this.#judgedBytes = this.#bucket.sentBytes;
    this.#rates = [...this.#rates.slice(1 - RECENT_RATES), this.#rateBps];
    const slow = this.#answers.judge();
    const backlog = standing > BACKLOG_BYTES && (standing * 8000) / this.#capacityBps > BACKLOG_MS;
    this.#backlogged = backlog ? this.#backlogged + 1 : 0;
    if ((this.#backlogged >= 2 || slow) && nowMs - this.#fellMs > WAITS_MS) {
      // Never by more than half at once: what was sent may have been little for other reasons.
      const carriedBps = Math.max(this.#capacityBps * 0.6, Math.min(this.#capacityBps, this.#carriedBps));
      this.#rates = [];
      this.#ceilingBps = carriedBps * CEILING_SHARE;
      this.#capacityBps = Math.max(this.#leastBps, carriedBps * 0.8);
      if (nowMs - this.#probedMs < TRIAL_MS) this.#poorProbeMs = Math.min(HOST_PROBE_MS, 2 * this.#poorProbeMs);
      this.#fellMs = nowMs;
      this.#backlogged = 0;
      this.#measured = true;
    } else if (!backlog && !slow && this.#rateBps > USED_SHARE * this.#capacityBps && nowMs - this.#fellMs > CALM_MS) {
      if (wanted || this.#capacityBps < HOST_ENOUGH * this.#showBps) this.#grow(nowMs);
      this.#measured = true;
    }
  }

  /**
   * Quickly until the line has once been too slow, then, after a while, in small steps above what it carried then. A host
   * that feeds a few, or sends as much as a train has shown, goes on slowly: behind it is everyone.
   */
  #grow(nowMs: number): void {
    // What is tried in vain hurts everybody below, and in a room whose lines are all thin that is everyone.
    if (!this.#answers.isConfirmed) return;
    this.#answers.isConfirmed = false;
    this.#grownMs = nowMs;
    const untried = this.#fellMs === Number.NEGATIVE_INFINITY;
    if (this.#capacityBps >= this.#ceilingBps && nowMs - this.#fellMs > this.#probeMs) {
      if (nowMs - this.#probedMs < PROBE_STEP_MS) return;
      this.#ceilingBps *= PROBE_STEP;
      this.#probedMs = nowMs;
    }
    const mostBps = untried ? MAX_UPLINK_BPS : Math.min(MAX_UPLINK_BPS, Math.max(this.#capacityBps, this.#ceilingBps));
    const first = this.host ? CONFIRMED_STEP : FIRST_STEP;
    const enoughBps = this.host
      ? Math.max(
          this.#capacityBps * CAREFUL_STEP,
          Math.min(HOST_ENOUGH * this.#showBps, CEILING_SHARE * this.#shownBps),
        )
      : MAX_UPLINK_BPS;
    const step = untried ? first : LATER_STEP;
    // Never far beyond what has been carried: a guess that nothing proves would be found out by everyone below at once.
    const beyond = this.host ? HOST_BEYOND : BEYOND;
    const provenBps = Math.max(this.#capacityBps, this.#rateBps * beyond);
    this.#capacityBps = Math.min(mostBps, provenBps, enoughBps, this.#capacityBps * step);
  }

  /**
   * What the line carried, bit/s: the most of any second of the last few. Where queues overflow, what is sent in the very
   * moment says little.
   */
  get #carriedBps(): number {
    const seconds = this.#rates.slice(1).map((rate, at) => (rate + (this.#rates[at] ?? 0)) / 2);
    return Math.max(this.#rateBps, ...seconds);
  }

  get #probeMs(): number {
    if (!this.host) return PROBE_MS;
    return this.#capacityBps < POOR * this.#wishBps ? this.#poorProbeMs : HOST_PROBE_MS;
  }

  /** A given limit is trusted until the queues say that the line carries less. */
  #capacityOrLimit(limitBps: number): number {
    return this.#fellMs === Number.NEGATIVE_INFINITY ? limitBps : this.#capacityBps;
  }

  /** A guess may be exceeded a little, so that it can grow; a limit may not. */
  get #paceBps(): number {
    return (
      this.capacityBps *
      (this.#limitBps !== null ? CAP_SHARE : !this.host && this.#fellMs === Number.NEGATIVE_INFINITY ? 1.5 : 1)
    );
  }

  /** A host has to send everything once: if the line cannot carry that, the bitrate has to come down. */
  get #leastBps(): number {
    return this.host && Number.isFinite(this.#showBps) ? this.#showBps * HOST_LEAST : MIN_UPLINK_BPS;
  }

  /** What subscriptions leave, and a little in any case: who lacks a piece lacks it for all below. */
  get #spareBps(): number {
    return Math.max(this.capacityBps * LEAST_SPARE, this.capacityBps - this.#committedBps);
  }

  /** As the bucket sees it. */
  get #flow(): Flow {
    const pace = (): number => this.#paceBps;
    const spare = (): number => this.#spareBps;
    return {
      get paceBps() {
        return pace();
      },
      get spareBps() {
        return spare();
      },
    };
  }
}
