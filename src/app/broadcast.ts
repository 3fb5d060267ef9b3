import { decideBitrate, EASED_RATE_SHARE, startBitrate } from '../core/bitrate.ts';
import { decideSupply, startSupply } from '../core/supply.ts';
import { type ChunkPlace, type CutChunk, cutChunk, signEnd } from '../core/chunk.ts';
import type { MediaChunk } from '../core/media-chunk.ts';
import type { CaptureDesk, EncodingPlan, QualityWish } from './capture-desk.ts';
import { every } from './clock.ts';
import type { OwnShow } from './own-show.ts';
import type { MeshNode, MeshNodePorts } from './mesh-node.ts';

/** Media waiting longer than this makes the upload tight, or poor, ms (chosen). */
const TIGHT_MS = 150;
const POOR_MS = 500;

/** A rate this far below the wish is worth a word to the host (chosen). */
const LOW_SHARE = 0.9;

export interface BroadcastOptions {
  readonly show: OwnShow;
  readonly node: MeshNode;
  readonly wish: QualityWish;
  /** The encoder's rate had to come down for this reason, or need no longer. */
  onNotice(code: 'uplink-low' | 'crowd-short', isThere: boolean): void;
  /** A chunk, in order, as everybody gets it. */
  onPublished(chunk: CutChunk): void;
}

/** What is on air: encodes once, signs each chunk, and hands it to the mesh; keeps the bitrate within the uplink. */
export class Broadcast {
  readonly sinceMs: number;
  /** Names this session in all that it publishes: Unix seconds. */
  readonly epochS: number;
  mostViewers = 0;
  #plan: EncodingPlan | null = null;
  #wish: QualityWish;
  #bitrate;
  #supply;
  #sequence = 0;
  #lastKey = 0;
  #lastCaptureMs = 0;
  /** Signing is asynchronous; chunks leave in the order in which they were made. */
  #signing: Promise<void> = Promise.resolve();
  readonly #stopControl: () => void;

  constructor(
    private readonly desk: CaptureDesk,
    private readonly ports: Pick<MeshNodePorts, 'clock' | 'verification'>,
    private readonly options: BroadcastOptions,
  ) {
    const { wish } = options;
    this.sinceMs = ports.clock.nowMs();
    this.epochS = Math.floor(this.sinceMs / 1000);
    this.#wish = wish;
    this.#bitrate = startBitrate(wish.bitsPerSecond, this.sinceMs);
    this.#supply = startSupply(this.sinceMs);
    this.#stopControl = every(ports.clock, 250, () => {
      this.#controlBitrate();
    });
  }

  /** What is being encoded; null until the encoder agreed. */
  get plan(): EncodingPlan | null {
    return this.#plan;
  }

  /** The rate aimed at now, bit/s. */
  get targetBps(): number {
    return this.#bitrate.targetBps;
  }

  /** How the upload does, by what waits to be sent. @param isLow the host was told so */
  health(isLow: boolean): 'good' | 'tight' | 'poor' {
    const backlogMs = this.#backlogMs;
    return backlogMs > POOR_MS ? 'poor' : isLow || backlogMs > TIGHT_MS ? 'tight' : 'good';
  }

  /** Time that the live media in the send queues needs, ms. */
  get #backlogMs(): number {
    const { mesh } = this.options.node;
    return (mesh.backlogBytes * 8000) / mesh.uplink.capacityBps;
  }

  /** Begins, or begins anew in another quality; the show goes on under the same epoch. @throws ProblemError */
  async encode(wish: QualityWish): Promise<void> {
    const plan = await this.desk.negotiate(wish);
    if (this.#plan) await this.desk.stopEncoding();
    this.#wishFor({ ...wish, bitsPerSecond: plan.bitsPerSecond });
    this.#plan = plan;
    this.#bitrate = startBitrate(plan.bitsPerSecond, this.ports.clock.nowMs());
    await this.desk.startEncoding(plan, this.epochS, (chunk) => {
      this.#send(chunk);
    });
  }

  /** The encoder was too slow, and has lowered its rate by this share: it isn't driven up again. */
  ease(): void {
    const bitsPerSecond = this.#bitrate.targetBps * EASED_RATE_SHARE;
    this.#wishFor({ ...this.#wish, bitsPerSecond });
    this.#bitrate = { ...this.#bitrate, targetBps: bitsPerSecond };
  }

  /** The host's last word, signed. */
  async end(): Promise<void> {
    await this.desk.stopEncoding();
    await this.#signing;
    const place = this.#place(Math.max(1, this.#sequence), 1);
    const header = await signEnd(place, this.#lastCaptureMs, this.options.show.signer);
    this.options.node.tell({ type: 'publish-end', header });
  }

  /** Without `end` first, viewers wait for the host to come back. */
  close(): void {
    this.#stopControl();
  }

  #wishFor(wish: QualityWish): void {
    this.#wish = wish;
    this.options.node.tell({ type: 'wish', bitsPerSecond: wish.bitsPerSecond });
  }

  #send(chunk: MediaChunk): void {
    const sequence = this.#sequence++;
    if (chunk.kind === 'key') this.#lastKey = sequence;
    this.#lastCaptureMs = chunk.captureMs;
    const place = this.#place(sequence, sequence - this.#lastKey);
    const cut = cutChunk(chunk, place, this.options.show.signer, (bytes) => this.ports.verification.hash(bytes));
    this.#signing = this.#signing.then(async () => {
      const published = await cut;
      this.options.node.tell({ type: 'publish', chunk: published });
      this.options.onPublished(published);
    });
  }

  #place(sequence: number, sinceKey: number): ChunkPlace {
    const { streamId } = this.options.show;
    return { streamId, epochS: this.epochS, sequence, sinceKey, viewers: this.options.node.mesh.viewers };
  }

  #controlBitrate(): void {
    this.mostViewers = Math.max(this.mostViewers, this.options.node.mesh.viewers);
    if (!this.#plan) return;
    const before = this.#bitrate.targetBps;
    const { mesh } = this.options.node;
    const nowMs = this.ports.clock.nowMs();
    const wishBps = this.#wish.bitsPerSecond;
    this.#supply = decideSupply(this.#supply, mesh.supply, wishBps, before, nowMs);
    const report = {
      wishBps,
      uplinkBps: mesh.copyBps,
      crowdBps: this.#supply.ceilingBps,
      backlogMs: this.#backlogMs,
      droppedShare: 0, // the desk itself answers a slow encoder
    };
    this.#bitrate = decideBitrate(this.#bitrate, report, nowMs);
    const { targetBps } = this.#bitrate;
    // Each change may cost the encoder a keyframe: small steps are saved up.
    if (Math.abs(targetBps - before) > 0) this.desk.setBitrate(targetBps);
    const { ceilingBps } = this.#supply;
    this.options.onNotice('crowd-short', ceilingBps < LOW_SHARE * wishBps);
    this.options.onNotice('uplink-low', targetBps < LOW_SHARE * Math.min(wishBps, ceilingBps));
  }
}
