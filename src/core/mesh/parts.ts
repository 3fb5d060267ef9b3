import type { restorePiece } from '../chunk.ts';
import { mainStripeOf, markOf, type Message, type PeerId } from '../messages.ts';
import { Census } from './census.ts';
import { ChunkStore } from './chunk-store.ts';
import { DESIGN, type Design } from './design.ts';
import { DoorCare } from './door-care.ts';
import { Downstream } from './downstream.ts';
import { HeadStart } from './head-start.ts';
import { HeadCount } from './head-count.ts';
import { HostClock } from './host-clock.ts';
import { ENOUGH_LINKS, GOSSIP_MS, MAX_HOST_LINKS, QUIET_MS, TARGET_LINKS } from './limits.ts';
import { LastWord } from './last-word.ts';
import { Membership } from './membership.ts';
import type { Effect, MeshCounters } from './mesh-io.ts';
import type { Neighbour } from './neighbour.ts';
import { Outbox } from './outbox.ts';
import { Presence } from './presence.ts';
import { Relay } from './relay.ts';
import { Roots } from './roots.ts';
import { Repair } from './repair.ts';
import { Sources } from './sources.ts';
import { Uplink } from './uplink.ts';
import { Upstream } from './upstream.ts';
import { Wholeness } from './wholeness.ts';

/** For a peer that passes on all stripes alike. */
const NO_STRIPE = -1;

export interface MeshOptions {
  readonly peerId: PeerId;
  readonly host: boolean;
  /** Draws from [0, 1); its seed makes a run repeatable. */
  readonly random: () => number;
  readonly nowMs: number;
  /** What the host's encoder aims at, bit/s, until chunks say better. */
  readonly nominalBps?: number | undefined;
  /** Earlier sessions of the host are known to be over. */
  readonly sinceEpochS?: number | undefined;
  /** Another one than the page's, to compare. */
  readonly design?: Design;
  /** Makes the missing piece of a row; for simulations, in which bytes are all alike. */
  readonly restore?: typeof restorePiece;
}

/** What the parts ask of the mesh that they make up. */
export interface PartsContext {
  readonly emit: (effect: Effect) => void;
  /** Cuts a neighbour off for good. */
  readonly cut: (peerId: PeerId) => void;
  /** Whether this peer passes on at all. */
  readonly passesOn: () => boolean;
}

/** The parts of one peer, wired to each other: each knows only what it needs of the others. */
export function assemble(
  { peerId, host, random, nowMs, nominalBps, sinceEpochS, design = DESIGN, restore }: MeshOptions,
  { emit, cut, passesOn }: PartsContext,
) {
  const neighbours = new Map<PeerId, Neighbour>();
  const store = new ChunkStore(restore, design.joinedChunks);
  const lastWord = new LastWord(store, sinceEpochS);
  const clock = new HostClock(host);
  const uplink = new Uplink(host, nowMs);
  if (nominalBps !== undefined) uplink.wish(nominalBps);
  const main = mainStripeOf(peerId);
  const downstream = new Downstream(host ? null : design.mainStripes ? main : NO_STRIPE);
  const counters: MeshCounters = {
    mediaBytesReceived: 0,
    piecesReceived: 0,
    piecesDuplicate: 0,
    piecesRepaired: 0,
    piecesRestored: 0,
    piecesSpare: 0,
    piecesLate: 0,
    piecesForged: 0,
    reportsSent: 0,
    peersCut: 0,
  };
  const send = (to: PeerId, message: Message): void => {
    if (message.type === 'signal') uplink.spend(message.data.length);
    emit({ type: 'send', to, message });
  };
  const free = (): number => (passesOn() ? downstream.free : 0);
  const isChild = (id: PeerId, stripe: number): boolean => downstream.has(id, stripe);
  const parentOf = (stripe: number): PeerId | null => upstream.parentOf(stripe);
  const outbox = new Outbox(uplink, design.linkQueueBytes, send);
  const release = (id: PeerId, stripe: number): void => {
    relay.unsubscribe(id, stripe);
  };
  const upstream = new Upstream({
    design,
    mark: markOf(peerId),
    main,
    neighbours,
    random,
    isChild,
    release,
    moved: () => {
      presence.moved();
    },
    send,
    newest: (): number => presence.newestAnywhere,
    spare: (stripe) =>
      !passesOn() ? 0 : stripe === main || !design.mainStripes ? downstream.slots : downstream.count(stripe),
    meet: (id, via, nowMs) => {
      membership.meet(id, via, nowMs);
    },
  });
  const headStart = new HeadStart((): boolean => store.epochS === null && !repair.isJoining);
  const repair: Repair = new Repair({
    design,
    neighbours,
    store,
    random,
    sources: new Sources({ neighbours, random, isChild, parentOf }),
    send,
    parentOf,
    expects: (stripe, sequence) => upstream.expects(stripe, sequence),
    patienceMs: (stripe, atMs) => upstream.patienceMs(stripe, atMs),
    begun: headStart.asked,
  });
  const media = { store, upstream, downstream, repair, outbox, counters };
  const relay = new Relay({
    host,
    design,
    mark: markOf(peerId),
    neighbours,
    ...media,
    free,
    passesOn,
    emit,
    cut,
    children: (stripe, atMs) => roots.inOrder(stripe, atMs),
    succeed: (atMs) => {
      roots.succeed(atMs);
    },
  });
  const door = new DoorCare(host, random, emit);
  const membership = new Membership({
    peerId,
    host,
    maxLinks: design.maxLinks,
    accepted: () => (host ? MAX_HOST_LINKS : passesOn() ? design.maxAccepted : design.maxLinks),
    neighbours,
    random,
    send,
    reaches: (id) => neighbours.has(id) || door.has(id),
    idle: (id) => !downstream.feeds(id) && !upstream.isFedBy(id),
    knock: (id) => {
      emit({ type: 'knock', door: id });
    },
    need: (atMs) => {
      // Without any media the host may be back somewhere else: then every way is tried.
      if (store.epochS !== null && atMs - store.newestMs > QUIET_MS) return { links: design.maxLinks, urgent: true };
      return upstream.isLacking ? { links: TARGET_LINKS, urgent: true } : { links: ENOUGH_LINKS, urgent: false };
    },
    gain: (member) => upstream.gain(member),
    connect: (id, attempt, initiator) => {
      emit({ type: 'connect', peerId: id, attempt, initiator });
    },
    adopt: (id, attempt) => {
      emit({ type: 'adopt', peerId: id, attempt });
    },
    signal: (id, attempt, data) => {
      emit({ type: 'signal', peerId: id, attempt, data });
    },
    disconnect: (id) => {
      emit({ type: 'disconnect', peerId: id });
    },
  });
  const members = (to: PeerId, atMs: number) => membership.members(to, atMs);
  const heads = new HeadCount({ host, neighbours, store, downstream });
  const known = {
    heads,
    wholeness: new Wholeness(),
    host,
    neighbours,
    store,
    upstream,
    downstream,
    clock,
    uplink,
    free,
    members,
    send,
    door: () => door.held,
  };
  const roots = new Roots({ host, neighbours, downstream, heads, send });
  const presence = new Presence(known, nowMs + GOSSIP_MS * random());
  const census = new Census({ peerId, host, upstream, downstream, uplink, outbox, counters, send });
  return {
    neighbours,
    lastWord,
    uplink,
    clock,
    ...media,
    headStart,
    relay,
    door,
    membership,
    heads,
    roots,
    presence,
    census,
    free,
    host,
    send,
  };
}

/** All of them. */
export type Parts = ReturnType<typeof assemble>;
