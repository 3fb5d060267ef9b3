import {
  ANYONE,
  MAX_MEMBERS,
  MAX_SIGNAL_BYTES,
  type Member,
  type Message,
  NO_DEPTH,
  type PeerId,
} from '../messages.ts';
import {
  ATTEMPT_MS,
  AVOID_MS,
  JOIN_LINKS,
  MAX_BANNED,
  MAX_CALLS_VIA,
  MAX_CANDIDATES,
  MAX_CANDIDATES_VIA,
  MAX_CARRIED_PER_SECOND,
  NEVER_MS,
  QUIET_SOURCE_MS,
  SOURCE_SILENT_MS,
} from './limits.ts';
import type { Neighbour } from './neighbour.ts';

type Signal = Extract<Message, { type: 'signal' }>;

/** What is said to a caller instead of an answer. */
const NO_ROOM = '';
/** Members without a door that are named to a newcomer (chosen: setting up a link takes 1 kB of the host's uplink). */
const MAX_CARRIED_CALLS = 2;
/** With all parents there, another link is tried at first and later so often, ms (chosen: each is work). */
const MIN_PAUSE_MS = 700;
const MAX_PAUSE_MS = 20_000;
/** The same with fewer links than are good, ms (chosen: where NAT forbids most, many have to be tried). */
const FEW_PAUSE_MS = 1_000;
const FEW_ATTEMPTS = 3;
/** Who could not be reached in time is most likely behind a NAT that forbids it, ms (chosen). */
const UNREACHED_MS = 40_000;
/** More free slots than that do not make a member more welcome (chosen). */
const MAX_WEIGHT = 4;
/** A link is given so long to become of use before it makes room for another, ms (chosen). */
const SETTLING_MS = 2_000;

/** A link that is being set up. */
interface Attempt {
  /** Tells this attempt apart from others between the same two. */
  readonly id: number;
  readonly initiator: boolean;
  /** The common neighbour, or door, that carries the signals. */
  readonly via: PeerId;
  readonly sinceMs: number;
}

interface Candidate extends Member {
  /** Who knows it. */
  readonly via: PeerId;
}

export interface MembershipContext {
  readonly peerId: PeerId;
  readonly host: boolean;
  /** Links that a viewer looks for at most. */
  readonly maxLinks: number;
  /** Links that this peer accepts now. */
  readonly accepted: () => number;
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>;
  readonly random: () => number;
  /** Whether messages can reach that peer directly, by link or door. */
  reaches(peerId: PeerId): boolean;
  /** Neither parent nor child. */
  idle(peerId: PeerId): boolean;
  send(to: PeerId, message: Message): void;
  connect(peerId: PeerId, attempt: number, initiator: boolean): void;
  /** The link that was begun for anyone is one to that peer. */
  adopt(peerId: PeerId, attempt: number): void;
  signal(peerId: PeerId, attempt: number, data: string): void;
  disconnect(peerId: PeerId): void;
  /** How many links are needed now, and whether at once. */
  need(nowMs: number): { readonly links: number; readonly urgent: boolean };
  /** How many hops nearer to the host that member may bring us. */
  gain(member: Member): number;
  /** Goes to that member's own door. */
  knock(peerId: PeerId): void;
}

/**
 * Who is in the neighbourhood: links being set up through a common neighbour, members known by hearsay, and those that
 * were banned. @see HyParView (Leitão et al., DSN 2007)
 */
export class Membership {
  readonly #attempts = new Map<PeerId, Attempt>();
  readonly #candidates = new Map<PeerId, Candidate>();
  readonly #avoid = new Map<PeerId, number>();
  readonly #banned = new Set<PeerId>();
  #nextMs = Number.NEGATIVE_INFINITY;
  #pauseMs = MIN_PAUSE_MS;

  constructor(private readonly context: MembershipContext) {}

  /** Links open or under way. */
  get links(): number {
    return this.context.neighbours.size + this.#attempts.size;
  }

  /** The same without those whose other end may be gone. */
  #liveLinks(nowMs: number): number {
    return this.liveNeighbours(nowMs, QUIET_SOURCE_MS) + this.#attempts.size;
  }

  /** Neighbours who were heard of lately. */
  liveNeighbours(nowMs: number, silentMs = SOURCE_SILENT_MS): number {
    let live = 0;
    for (const { heardMs } of this.context.neighbours.values()) if (nowMs - heardMs <= silentMs) live += 1;
    return live;
  }

  /** When the host was last heard of, as a neighbour; never, if it is none. */
  get hostHeardMs(): number {
    const hosts = [...this.context.neighbours.values()].filter(({ host }) => host);
    return Math.max(NEVER_MS, ...hosts.map(({ heardMs }) => heardMs));
  }

  isBanned(peerId: PeerId): boolean {
    return this.#banned.has(peerId);
  }

  /** Never again in this show. */
  ban(peerId: PeerId): void {
    this.#banned.add(peerId);
    const [oldest] = this.#banned;
    if (this.#banned.size > MAX_BANNED && oldest !== undefined) this.#banned.delete(oldest);
    this.#candidates.delete(peerId);
    this.#attempts.delete(peerId);
  }

  /** A neighbour, or a door, named members. */
  heard(via: PeerId, members: readonly Member[], nowMs: number): void {
    for (const { peerId, free, depth, door } of members) {
      if (peerId === this.context.peerId || peerId === ANYONE || this.#banned.has(peerId)) continue;
      // The one who named it first stays the way to it: a later one may only pretend to know it.
      const known = this.#candidates.get(peerId);
      if (known && known.via !== via && this.#carries(known.via, nowMs)) continue;
      this.#candidates.delete(peerId);
      // Not spread: engines give each object that is made so a shape of its own, and read those slowly.
      this.#candidates.set(peerId, { peerId, free, depth, door, via });
    }
    let excess = -MAX_CANDIDATES_VIA;
    for (const candidate of this.#candidates.values()) if (candidate.via === via) excess += 1;
    for (const candidate of this.#candidates.values()) {
      if (excess <= 0) break;
      if (candidate.via === via && this.#candidates.delete(candidate.peerId)) excess -= 1;
    }
    for (const peerId of this.#candidates.keys()) {
      if (this.#candidates.size <= MAX_CANDIDATES) break;
      this.#candidates.delete(peerId);
    }
    this.seek(nowMs);
  }

  /** Neighbours to name to others: a few, drawn by chance, those with slots first. */
  members(except: PeerId, nowMs: number): Member[] {
    return this.#few(this.#neighbouring(except, nowMs));
  }

  /**
   * Whom to name to a newcomer at the door: members with doors of their own, so that the crowd lets in the crowd, and
   * neighbours.
   */
  introductions(newcomer: PeerId, nowMs: number): Member[] {
    const doors = [...this.#candidates.values()].filter(({ door, peerId }) => door && peerId !== newcomer);
    const known = new Set(doors.map(({ peerId }) => peerId));
    const others = this.#neighbouring(newcomer, nowMs).filter(({ peerId }) => !known.has(peerId));
    const named = this.#few(doors.map(({ via: _, ...member }) => member));
    // Calls to those without a door pass here, and the show needs the line.
    return [...named, ...this.#few(others).slice(0, Math.max(0, MAX_CARRIED_CALLS - named.length))];
  }

  #neighbouring(except: PeerId, nowMs: number): Member[] {
    const members: Member[] = [];
    for (const neighbour of this.context.neighbours.values()) {
      const { peerId, heardMs, host, status } = neighbour;
      if (peerId === except || nowMs - heardMs > SOURCE_SILENT_MS) continue;
      const depth = host || status.newest ? neighbour.depth(neighbour.mainStripe) : NO_DEPTH;
      members.push({ peerId, free: status.free, depth, door: host || status.door });
    }
    return members;
  }

  #few(members: readonly Member[]): Member[] {
    // Drawn with weights: who has much room is named more often. @see Efraimidis and Spirakis, IPL 97(5), 2006
    const weigh = ({ free }: Member): number => 0.1 + Math.min(free, MAX_WEIGHT);
    const ranked = members.map((member) => ({ member, rank: this.context.random() ** (1 / weigh(member)) }));
    ranked.sort((a, b) => b.rank - a.rank);
    return ranked.slice(0, MAX_MEMBERS / 2).map(({ member }) => member);
  }

  /** Sets up links until there are enough. A host waits to be asked. */
  seek(nowMs: number): void {
    for (const [peerId, attempt] of this.#attempts) {
      if (nowMs - attempt.sinceMs <= ATTEMPT_MS) continue;
      this.failed(peerId, nowMs);
      this.#avoid.set(peerId, nowMs + UNREACHED_MS);
    }
    for (const [peerId, untilMs] of this.#avoid) if (untilMs <= nowMs) this.#avoid.delete(peerId);
    if (this.context.host) return;
    const need = this.context.need(nowMs);
    if (need.urgent) {
      this.#pauseMs = MIN_PAUSE_MS;
      while (
        this.#liveLinks(nowMs) < need.links &&
        this.links < this.context.maxLinks &&
        this.#attempts.size < JOIN_LINKS
      ) {
        const candidate = this.#choose(nowMs);
        if (!candidate) return;
        this.#call(candidate, nowMs);
      }
      return;
    }
    // With a parent for each stripe more links are a precaution, or a way nearer to the host: no hurry.
    const few = this.liveNeighbours(nowMs) < need.links;
    if (nowMs < this.#nextMs || this.links >= this.context.maxLinks || this.#attempts.size > (few ? FEW_ATTEMPTS : 0))
      return;
    this.#nextMs = nowMs + this.#pauseMs * (0.5 + this.context.random());
    this.#pauseMs = Math.min(few ? FEW_PAUSE_MS : MAX_PAUSE_MS, this.#pauseMs * 1.5);
    const candidate = this.#choose(nowMs, few ? Number.NEGATIVE_INFINITY : 1);
    if (candidate) this.#call(candidate, nowMs);
  }

  /**
   * Begins a link along with the knock at the host's door, for whoever takes the call: a way to the broker and back
   * sooner than calling those whom the door names.
   */
  callAhead(): void {
    if (this.#attempts.has(ANYONE)) return;
    const id = Math.floor(this.context.random() * 2 ** 32);
    // Until the door has opened nobody can have heard it.
    this.#attempts.set(ANYONE, { id, initiator: true, via: ANYONE, sinceMs: Number.POSITIVE_INFINITY });
    this.context.connect(ANYONE, id, true);
  }

  /** The door has opened: what came with the knock is there. */
  callHeard(nowMs: number): void {
    const ahead = this.#attempts.get(ANYONE);
    if (ahead?.sinceMs === Number.POSITIVE_INFINITY) this.#attempts.set(ANYONE, { ...ahead, sinceMs: nowMs });
  }

  /** A visitor's call for anyone: the host's own. */
  calledAhead(from: PeerId, signal: Signal, nowMs: number): void {
    if (signal.from === from) this.#forUs(from, { ...signal, to: this.context.peerId }, nowMs);
  }

  /** Somebody who was named for a place: to be called soon, through who named it. */
  meet(peerId: PeerId, via: PeerId, nowMs: number): void {
    const known = this.context.neighbours.has(peerId) || this.#attempts.has(peerId) || this.#avoid.has(peerId);
    if (known || peerId === this.context.peerId || this.#banned.has(peerId)) return;
    if (this.links >= this.context.maxLinks || this.#attempts.size >= JOIN_LINKS) return;
    this.#call({ peerId, via, free: 1, depth: NO_DEPTH, door: false }, nowMs);
  }

  #call(candidate: Candidate, nowMs: number): void {
    const id = Math.floor(this.context.random() * 2 ** 32);
    // Through a common neighbour, else at its own door, else through the door that named it.
    // A host's door has another name than a member's.
    const isCarried = this.context.neighbours.has(candidate.via) && this.#carries(candidate.via, nowMs);
    const direct = hasOwnDoor(candidate) && !isCarried;
    const attempt = { id, initiator: true, via: direct ? candidate.peerId : candidate.via, sinceMs: nowMs };
    this.#attempts.set(candidate.peerId, attempt);
    if (direct && !this.context.reaches(candidate.peerId)) this.context.knock(candidate.peerId);
    this.context.connect(candidate.peerId, attempt.id, true);
  }

  /** A signal came in: to be carried on, or for a link of ours. Returns false for one that makes no sense. */
  received(from: PeerId, signal: Signal, nowMs: number): boolean {
    if (signal.to === this.context.peerId) return this.#forUs(from, signal, nowMs);
    // Only a peer's own signals are carried, and only one step: to a neighbour or to a newcomer at our door.
    if (signal.from !== from) return false;
    if (!this.context.reaches(signal.to)) return true;
    const bounded = this.context.neighbours.get(signal.to)?.within('carried', MAX_CARRIED_PER_SECOND, nowMs) ?? true;
    if (bounded) this.context.send(signal.to, signal);
    return true;
  }

  /** Our own side of a link says something for the other side. */
  emitted(peerId: PeerId, attempt: number, data: string): void {
    const own = this.#attempts.get(peerId);
    if (own?.id !== attempt || data.length > MAX_SIGNAL_BYTES) return;
    this.context.send(own.via, { type: 'signal', from: this.context.peerId, to: peerId, attempt, data });
  }

  opened(peerId: PeerId): void {
    this.#attempts.delete(peerId);
    this.#candidates.delete(peerId);
    this.#avoid.delete(peerId);
  }

  /** An attempt came to nothing, or a link broke. */
  failed(peerId: PeerId, nowMs: number): void {
    if (this.#attempts.delete(peerId)) this.context.disconnect(peerId);
    if (peerId === ANYONE) return;
    this.#avoid.set(peerId, nowMs + AVOID_MS);
    this.#candidates.delete(peerId);
  }

  /** Whoever could not be reached may be tried again: it was this page's own doing. */
  forgive(): void {
    this.#avoid.clear();
  }

  #forUs(via: PeerId, { from, attempt, data }: Signal, nowMs: number): boolean {
    if (from === this.context.peerId || from === ANYONE) return false;
    if (this.#banned.has(from)) return true; // whoever carried it can't know
    this.#adopt(via, from, attempt, data, nowMs);
    const own = this.#attempts.get(from);
    if (data === NO_ROOM) {
      if (own?.id === attempt && own.initiator) this.failed(from, nowMs);
      return true;
    }
    if (own?.id !== attempt) {
      if (this.context.neighbours.has(from) || !data.startsWith('offer')) return true;
      if (via !== from && this.#callsVia(via) >= MAX_CALLS_VIA) return true;
      if (!this.#makeRoom(nowMs)) {
        // The caller learns it at once, and who else is there: at a full host's door there may be no other way to.
        this.context.send(via, { type: 'signal', from: this.context.peerId, to: from, attempt, data: NO_ROOM });
        if (this.context.reaches(from))
          this.context.send(from, { type: 'members', members: this.members(from, nowMs) });
        return true;
      }
      if (own) {
        // Both called at once: the call of the smaller name counts, on both sides.
        if (own.initiator && this.context.peerId < from) return true;
        this.#attempts.delete(from);
        this.context.disconnect(from);
      }
      this.#attempts.set(from, { id: attempt, initiator: false, via, sinceMs: nowMs });
      this.context.connect(from, attempt, false);
    }
    this.context.signal(from, attempt, data);
    return true;
  }

  /** Whoever answers the call for anyone has taken it, unless there is another link to it. */
  #adopt(via: PeerId, from: PeerId, attempt: number, data: string, nowMs: number): void {
    const ahead = this.#attempts.get(ANYONE);
    if (ahead?.id !== attempt) return;
    if (data === NO_ROOM || this.#attempts.has(from) || this.context.neighbours.has(from)) {
      this.failed(ANYONE, nowMs);
      return;
    }
    this.#attempts.delete(ANYONE);
    this.#attempts.set(from, { ...ahead, via, sinceMs: nowMs });
    this.context.adopt(from, attempt);
  }

  #callsVia(via: PeerId): number {
    return [...this.#attempts.values()].filter((attempt) => !attempt.initiator && attempt.via === via).length;
  }

  /** A place for one more link, if need be that of a neighbour with whom nothing is shared. */
  #makeRoom(nowMs: number): boolean {
    if (this.links < this.context.accepted()) return true;
    for (const { peerId, sinceMs } of this.context.neighbours.values()) {
      if (!this.context.idle(peerId) || nowMs - sinceMs < SETTLING_MS) continue;
      this.context.disconnect(peerId);
      return true;
    }
    return false;
  }

  /** Whether signals that are handed to it go on: somebody at whose door this peer stands, or a neighbour that still talks. */
  #carries(via: PeerId, nowMs: number): boolean {
    const neighbour = this.context.neighbours.get(via);
    return neighbour ? nowMs - neighbour.heardMs <= QUIET_SOURCE_MS : this.context.reaches(via);
  }

  /** The host first, then those with slots near it, with some chance in it. */
  #choose(nowMs: number, leastGain = Number.NEGATIVE_INFINITY): Candidate | null {
    let best: Candidate | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const candidate of this.#candidates.values()) {
      const { peerId, via, depth, free } = candidate;
      const taken = this.context.neighbours.has(peerId) || this.#attempts.has(peerId) || this.#avoid.has(peerId);
      if (taken || !(hasOwnDoor(candidate) || this.#carries(via, nowMs))) continue;
      // Who opened the door has our call already.
      if (peerId === via && this.#attempts.has(ANYONE)) continue;
      const gain = this.context.gain(candidate);
      if (gain < leastGain) continue;
      const cost =
        depth + (free > 0 || depth === 0 ? 0 : 3) - Math.min(3, Math.max(0, gain)) + this.context.random() * 3;
      if (cost >= least) continue;
      best = candidate;
      least = cost;
    }
    return best;
  }
}

/** Whether it can be called without anybody who knows it. The host's door is knocked at only when nothing else helps. */
const hasOwnDoor = ({ door, depth }: Member): boolean => door && depth > 0;
