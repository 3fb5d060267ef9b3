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
  /** Of a first copy: who gets a further one when it has gone. Where the link it is meant for has no room it goes to one of them. */
  readonly heirs: readonly PeerId[];
}

const NOBODY: readonly PeerId[] = [];

/**
 * In this order: the first copy of each piece, so that it is in the crowd and can be had from others; its further
 * copies; what neighbours ask for, which others have too; history for newcomers.
 */
const CLASSES = ['first', 'copy', 'pull', 'history'] as const;
type ParcelClass = (typeof CLASSES)[number];
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

  /** Sends a piece that one neighbour is to have, now or as soon as possible. */
  post(to: Neighbour, piece: PieceMessage, kind: Exclude<ParcelClass, 'first'>, nowMs: number): void {
    this.#post(to, parcelOf(to, piece, NOBODY, nowMs), kind, nowMs);
  }

  /**
   * Sends a piece to all of these, in this order. What counts is that one of them has it: the others can pull it from there. So a
   * first copy waits for no link while another has room.
   */
  spread(children: readonly Neighbour[], piece: PieceMessage, nowMs: number): void {
    const first = children.find((child) => this.#hasRoom(child)) ?? children[0];
    if (!first) return;
    const others = children.filter((child) => child !== first);
    if (!this.#isBehind('first') && this.#go(first, parcelOf(first, piece, NOBODY, nowMs), 'first', nowMs)) {
      for (const other of others) this.post(other, piece, 'copy', nowMs);
      return;
    }
    const heirs = others.map(({ peerId }) => peerId);
    this.#post(first, parcelOf(first, piece, heirs, nowMs), 'first', nowMs);
  }

  #post(to: Neighbour, parcel: Parcel, kind: ParcelClass, nowMs: number): void {
    if (!this.#isBehind(kind) && this.#go(to, parcel, kind, nowMs)) return;
    if (this.#waiting.size > 0 && this.#holds(parcel)) return;
    const waiting = this.#waiting.get(to.peerId) ?? 0;
    if (waiting >= MAX_WAITING) {
      this.dropped += 1;
      return;
    }
    this.#queues[kind].push(this.#waitsFor(parcel));
    this.readyMs = Math.min(this.readyMs, this.uplink.readyMs(parcel.bytes, isAsked(kind), nowMs));
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
      this.#queues[kind] = this.#queues[kind].flatMap((parcel) => {
        const concerns = parcel.to === peerId || parcel.heirs.includes(peerId);
        return concerns && !keep(parcel.piece.index) ? this.#without(peerId, parcel) : [parcel];
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
      const to = this.#receiver(parcel, neighbours);
      const gone = !to || nowMs - parcel.sinceMs > patienceMs;
      if (gone) this.dropped += 1;
      const done = gone || (!uplinkBusy && this.#go(to, parcel, kind, nowMs));
      if (done) {
        this.#left(parcel);
        if (!gone) this.#copy(parcel, to.peerId);
        continue;
      }
      left.push(parcel);
      if (!this.#hasRoom(to) || uplinkBusy) continue;
      uplinkBusy = true;
      this.readyMs = this.uplink.readyMs(parcel.bytes, isAsked(kind), nowMs);
    }
    return left;
  }

  /** Whom it goes to: of those who are there the first whose link has room, or else the first. */
  #receiver({ to, heirs }: Parcel, neighbours: ReadonlyMap<PeerId, Neighbour>): Neighbour | undefined {
    const meant = neighbours.get(to);
    if (heirs.length === 0 || (meant && this.#hasRoom(meant))) return meant;
    const others = heirs.flatMap((heir) => neighbours.get(heir) ?? []);
    return others.find((other) => this.#hasRoom(other)) ?? meant ?? others[0];
  }

  /** A first copy has gone: now the others may have theirs. */
  #copy({ to, heirs, ...parcel }: Parcel, went: PeerId): void {
    if (heirs.length === 0) return;
    for (const other of [to, ...heirs]) {
      if (other !== went) this.#queues.copy.push(this.#waitsFor({ ...parcel, to: other, heirs: NOBODY }));
    }
  }

  /** What is left of a parcel when that peer is to have it no longer: it is for the others. */
  #without(peerId: PeerId, parcel: Parcel): Parcel[] {
    const heirs = parcel.heirs.filter((heir) => heir !== peerId);
    if (parcel.to !== peerId) return [{ ...parcel, heirs }];
    this.#left(parcel);
    const [to, ...others] = heirs;
    return to === undefined ? [] : [this.#waitsFor({ ...parcel, to, heirs: others })];
  }

  #waitsFor(parcel: Parcel): Parcel {
    this.#waiting.set(parcel.to, (this.#waiting.get(parcel.to) ?? 0) + 1);
    return parcel;
  }

  #hasRoom({ queuedBytes }: Neighbour): boolean {
    return queuedBytes < this.linkQueueBytes;
  }

  #go(to: Neighbour, parcel: Parcel, kind: ParcelClass, nowMs: number): boolean {
    if (!this.#hasRoom(to) || !this.uplink.take(parcel.bytes, isAsked(kind), nowMs)) return false;
    to.queuedBytes += parcel.bytes;
    to.fedMs = nowMs;
    this.bytesSent += parcel.bytes;
    this.send(to.peerId, parcel.piece);
    return true;
  }

  /** Whether it waits here already: pushed pieces that are late are asked for as well, and go once. */
  #holds({ to, piece }: Parcel): boolean {
    return CLASSES.some((kind) =>
      this.#queues[kind].some(
        (other) =>
          other.piece.index === piece.index &&
          other.piece.header === piece.header &&
          (other.to === to || other.heirs.includes(to)),
      ),
    );
  }

  #left({ to }: Parcel): void {
    const waiting = (this.#waiting.get(to) ?? 1) - 1;
    if (waiting > 0) this.#waiting.set(to, waiting);
    else this.#waiting.delete(to);
  }
}

function parcelOf(to: Neighbour, piece: PieceMessage, heirs: readonly PeerId[], nowMs: number): Parcel {
  const bytes = piece.bytes.length + pieceOverhead(piece.header, piece.path.length);
  return { to: to.peerId, piece, bytes, sinceMs: nowMs, heirs };
}
