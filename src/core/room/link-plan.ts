import type { PeerId } from '../messages.ts';

/** Chat connections that a page looks for, and has at most. With four random ones a crowd falls apart hardly ever. */
const WANTED_LINKS = 4;
export const MAX_ROOM_LINKS = 6;
/** Neighbours whose rooms differ for so long are on two islands, ms (chosen: a newcomer has everything after two seconds). */
const DIFFERS_MS = 3_000;
/** Each so many questions that change nothing, one is for everything: the two have different entries at one place (chosen). */
const WHOLE_EVERY = 4;
/** Who has nobody for so long is let in although everybody is full, ms (chosen). */
const ALONE_MS = 1_500;
/** A connection that isn't up after this is given up, ms (chosen: on a machine with far too much to do it takes seconds). */
const ATTEMPT_MS = 10_000;
/** A neighbour is called so often at most, ms (chosen). */
const CALL_MS = 12_000;
/** And its calls are taken so often at most, ms (chosen: each takes work, whatever becomes of it). */
const ANSWER_MS = 1_500;
/** Who had no room is called again after this, ms (chosen: by then it knows whether the caller has nobody else). */
const FULL_MS = 1_700;

interface Known {
  /** As it said last; null before. */
  links: number | null;
  /** Since when it has other entries than this page; infinite while they are the same. */
  differsSinceMs: number;
  /** Since when it has been a neighbour without chat connections; infinite while it has some. */
  aloneSinceMs: number;
  /** When it was last asked for what is missing here, or called, ms. */
  askedMs: number;
  /** How often it was asked and still has another room. */
  asked: number;
  triedMs: number;
  state: 'none' | 'opening' | 'open';
}

/** What is to be done now. */
export interface LinkDeeds {
  readonly call: readonly PeerId[];
  readonly drop: readonly PeerId[];
  /** To be asked for what is missing here; `whole`: for everything, since that has not helped. */
  readonly ask: readonly { readonly peerId: PeerId; readonly whole: boolean }[];
}

/**
 * Whom of its mesh neighbours a page has chat connections with. Of two neighbours only the smaller name calls, so both
 * never call at once; the other one shows by its number of links that it would like to be called. Neighbours whose
 * rooms stay different are joined, if need be in the place of another, so the chat never stays in islands.
 */
export class LinkPlan {
  readonly #known = new Map<PeerId, Known>();

  constructor(private readonly self: PeerId) {}

  /** Connections open or under way. */
  get links(): number {
    return [...this.#known.values()].filter(({ state }) => state !== 'none').length;
  }

  get open(): readonly PeerId[] {
    return [...this.#known].filter(([, { state }]) => state === 'open').map(([peerId]) => peerId);
  }

  /** Whether there is a connection to that neighbour, open or under way. */
  has(peerId: PeerId): boolean {
    return (this.#known.get(peerId)?.state ?? 'none') !== 'none';
  }

  /** A neighbour said how many links it has, and whether it has the same entries was found out. */
  heard(peerId: PeerId, links: number, isSame: boolean, nowMs: number): void {
    const known = this.#of(peerId);
    known.links = links;
    if (isSame) known.asked = 0;
    known.differsSinceMs = isSame ? Number.POSITIVE_INFINITY : Math.min(known.differsSinceMs, nowMs);
    known.aloneSinceMs = links > 0 ? Number.POSITIVE_INFINITY : Math.min(known.aloneSinceMs, nowMs);
  }

  /** Something of what it sent was left out; asking brings it, and so often that little is sent twice. */
  missed(peerId: PeerId, nowMs: number): void {
    const known = this.#of(peerId);
    known.differsSinceMs = Math.min(known.differsSinceMs, nowMs);
  }

  /** Whether to take a neighbour's call; makes room for one that has nobody else or another room. */
  isWelcome(peerId: PeerId, nowMs: number): { readonly welcome: boolean; readonly drop: PeerId | null } {
    const known = this.#of(peerId);
    const isAgain = nowMs - known.triedMs < ANSWER_MS;
    if (peerId > this.self || known.state !== 'none' || isAgain) return { welcome: false, drop: null };
    const full = this.links >= MAX_ROOM_LINKS;
    const drop = full && this.#deserves(known, nowMs) ? this.#dispensable() : null;
    if (full && drop === null) return { welcome: false, drop };
    this.#begin(known, nowMs);
    return { welcome: true, drop };
  }

  /** It was called, and has no room. @returns whether the connection is to be given up */
  refused(peerId: PeerId, nowMs: number): boolean {
    const known = this.#known.get(peerId);
    if (known?.state !== 'opening' || peerId < this.self) return false;
    known.state = 'none';
    known.triedMs = nowMs - CALL_MS + FULL_MS;
    return true;
  }

  opened(peerId: PeerId, nowMs: number): void {
    const known = this.#of(peerId);
    known.state = 'open';
    known.askedMs = nowMs; // a new connection begins with both asking
  }

  closed(peerId: PeerId): void {
    this.#of(peerId).state = 'none';
  }

  /** @param neighbours of the mesh; a link to anybody else is dropped */
  tend(neighbours: ReadonlySet<PeerId>, nowMs: number): LinkDeeds {
    const deeds = { call: [] as PeerId[], drop: [] as PeerId[], ask: [] as { peerId: PeerId; whole: boolean }[] };
    for (const [peerId, known] of this.#known) {
      const late = known.state === 'opening' && nowMs - known.triedMs > ATTEMPT_MS;
      const gone = !neighbours.has(peerId);
      if (known.state !== 'none' && (late || gone)) deeds.drop.push(peerId);
      if (gone) this.#known.delete(peerId);
      else if (late) known.state = 'none';
      const isDue = known.state === 'open' && nowMs >= known.differsSinceMs && nowMs - known.askedMs >= DIFFERS_MS;
      if (!isDue) continue;
      known.askedMs = nowMs;
      known.asked += 1;
      deeds.ask.push({ peerId, whole: known.asked % WHOLE_EVERY === 0 });
    }
    for (const peerId of neighbours) {
      const known = this.#of(peerId);
      const rests = nowMs - known.triedMs < CALL_MS;
      if (peerId < this.self || known.state !== 'none' || known.links === null || rests) continue;
      const { links } = this;
      const deserves = this.#deserves(known, nowMs);
      if (!(links < WANTED_LINKS || known.links < WANTED_LINKS || deserves)) continue;
      if (links >= MAX_ROOM_LINKS) {
        const drop = deserves ? this.#dispensable() : null;
        if (drop === null) continue;
        deeds.drop.push(drop);
      }
      this.#begin(known, nowMs);
      deeds.call.push(peerId);
    }
    return deeds;
  }

  #begin(known: Known, nowMs: number): void {
    known.state = 'opening';
    known.triedMs = nowMs;
  }

  /** It has nobody, or another room than this page has. */
  #deserves({ aloneSinceMs, differsSinceMs }: Known, nowMs: number): boolean {
    return nowMs - aloneSinceMs >= ALONE_MS || nowMs - differsSinceMs >= DIFFERS_MS;
  }

  /** The open link to whoever has most others; its place is free then. */
  #dispensable(): PeerId | null {
    let most: PeerId | null = null;
    let mostLinks = 1;
    for (const [peerId, { state, links }] of this.#known) {
      if (state !== 'open' || (links ?? 0) <= mostLinks) continue;
      most = peerId;
      mostLinks = links ?? 0;
    }
    if (most !== null) this.#of(most).state = 'none';
    return most;
  }

  #of(peerId: PeerId): Known {
    const known = this.#known.get(peerId) ?? {
      links: null,
      differsSinceMs: Number.POSITIVE_INFINITY,
      aloneSinceMs: Number.POSITIVE_INFINITY,
      askedMs: 0,
      asked: 0,
      triedMs: Number.NEGATIVE_INFINITY,
      state: 'none' as const,
    };
    this.#known.set(peerId, known);
    return known;
  }
}
