import type { Message, PeerId } from '../messages.ts';
import { pieceOverhead } from '../wire.ts';
import { MAX_WAITING, STALE_COPY_MS, STALE_LIVE_MS, STALE_MS } from './limits.ts';
import type { Neighbour } from './neighbour.ts';
import type { Uplink } from './uplink.ts';

type PieceMessage = Extract<Message, { type: 'piece' }>;

interface Parcel {
  readonly to: PeerId;
  readonly piece: PieceMessage;
  readonly bytes: number;
  readonly sinceMs: number;
}

/**
 * In this order: the first copy of each piece, so that it is in the crowd and can be had from others; its further
 * copies; what neighbours ask for, which others have too; history for newcomers.
 */
const CLASSES = ['first', 'copy', 'pull', 'history'] as const;
export type ParcelClass = (typeof CLASSES)[number];
/** What waited so long is dropped, ms. */
const PATIENCE_MS: Readonly<Record<ParcelClass, number>> = {
  first: STALE_LIVE_MS,
  copy: STALE_COPY_MS,
  pull: STALE_LIVE_MS,
  history: STALE_MS,
};
const isAsked = (kind: ParcelClass): boolean => kind === 'history';

/**
 * Media on its way out. Nothing is sent beyond the uplink or into a full link, and what waited too long is dropped
 * here, before it costs anything: a late further copy at once, because its child can pull it from the first one's.
 */
export class Outbox {
  readonly #queues: Record<ParcelClass, Parcel[]> = { first: [], copy: [], pull: [], history: [] };
  readonly #waiting = new Map<PeerId, number>();
  /** When the first waiting piece may go, as far as the uplink decides; infinite when nothing waits for it. */
  readyMs = Number.POSITIVE_INFINITY;
  bytesSent = 0;
  dropped = 0;

  constructor(
    private readonly uplink: Uplink,
    private readonly linkQueueBytes: number,
    private readonly send: (to: PeerId, piece: PieceMessage) => void,
  ) {}

  /** First copies that wait here, bytes: what the show itself needs, whatever the crowd asks for besides. */
  get waitingBytes(): number {
    return this.#queues.first.reduce((bytes, parcel) => bytes + parcel.bytes, 0);
  }

  /** Whether so many bytes would go out at once, and leave some room. */
  isIdle(bytes: number, nowMs: number): boolean {
    return this.#waiting.size === 0 && this.uplink.isIdle(bytes, nowMs);
  }

  /** Sends a piece, now or as soon as possible. */
  post(to: Neighbour, piece: PieceMessage, kind: ParcelClass, nowMs: number): void {
    const bytes = piece.bytes.length + pieceOverhead(piece.header, piece.path.length);
    const parcel = { to: to.peerId, piece, bytes, sinceMs: nowMs };
    if (!this.#isBehind(kind) && this.#go(to, parcel, kind, nowMs)) return;
    const waiting = this.#waiting.get(to.peerId) ?? 0;
    if (waiting > 0 && this.#holds(parcel)) return;
    if (waiting >= MAX_WAITING) {
      this.dropped += 1;
      return;
    }
    this.#waiting.set(to.peerId, waiting + 1);
    this.#queues[kind].push(parcel);
    this.readyMs = Math.min(this.readyMs, this.uplink.readyMs(bytes, isAsked(kind), nowMs));
  }

  /** Sends what may go now. */
  flush(neighbours: ReadonlyMap<PeerId, Neighbour>, nowMs: number): void {
    this.readyMs = Number.POSITIVE_INFINITY;
    if (this.#waiting.size === 0) return;
    for (const kind of CLASSES) {
      if (this.#queues[kind].length === 0) continue;
      this.#queues[kind] = this.#flushQueue(kind, neighbours, nowMs);
      if (this.readyMs < Number.POSITIVE_INFINITY) return; // the uplink is taken
    }
  }

  /** Forgets what waits for a neighbour, except what `keep` says of a piece's index. */
  cancel(peerId: PeerId, keep: (index: number) => boolean): void {
    for (const kind of CLASSES) {
      this.#queues[kind] = this.#queues[kind].filter((parcel) => {
        if (parcel.to !== peerId || keep(parcel.piece.index)) return true;
        this.#left(parcel);
        return false;
      });
    }
  }

  /** Whether something waits that goes before pieces of that class. */
  #isBehind(kind: ParcelClass): boolean {
    if (this.#waiting.size === 0) return false;
    return CLASSES.slice(0, CLASSES.indexOf(kind) + 1).some((ahead) => this.#queues[ahead].length > 0);
  }

  #flushQueue(kind: ParcelClass, neighbours: ReadonlyMap<PeerId, Neighbour>, nowMs: number): Parcel[] {
    const patienceMs = PATIENCE_MS[kind];
    let uplinkBusy = false;
    const left: Parcel[] = [];
    for (const parcel of this.#queues[kind]) {
      const neighbour = neighbours.get(parcel.to);
      const gone = !neighbour || nowMs - parcel.sinceMs > patienceMs;
      if (gone) this.dropped += 1;
      const done = gone || (!uplinkBusy && this.#go(neighbour, parcel, kind, nowMs));
      if (done) {
        this.#left(parcel);
        continue;
      }
      left.push(parcel);
      if (neighbour.queuedBytes >= this.linkQueueBytes || uplinkBusy) continue;
      uplinkBusy = true;
      this.readyMs = this.uplink.readyMs(parcel.bytes, isAsked(kind), nowMs);
    }
    return left;
  }

  #go(to: Neighbour, parcel: Parcel, kind: ParcelClass, nowMs: number): boolean {
    if (to.queuedBytes >= this.linkQueueBytes || !this.uplink.take(parcel.bytes, isAsked(kind), nowMs)) return false;
    to.queuedBytes += parcel.bytes;
    to.fedMs = nowMs;
    this.bytesSent += parcel.bytes;
    this.send(parcel.to, parcel.piece);
    return true;
  }

  /** Whether it waits here already: pushed pieces that are late are asked for as well, and go once. */
  #holds({ to, piece }: Parcel): boolean {
    return CLASSES.some((kind) =>
      this.#queues[kind].some(
        (other) => other.to === to && other.piece.index === piece.index && other.piece.header === piece.header,
      ),
    );
  }

  #left({ to }: Parcel): void {
    const waiting = (this.#waiting.get(to) ?? 1) - 1;
    if (waiting > 0) this.#waiting.set(to, waiting);
    else this.#waiting.delete(to);
  }
}
