import type { Effect, Input, LinkQueue } from '../../../src/core/mesh/mesh-io.ts';
import { Mesh } from '../../../src/core/mesh/mesh.ts';
import { ANYONE, type Message, type PeerId } from '../../../src/core/messages.ts';
import type { ChunkHeader } from '../../../src/core/chunk.ts';
import type { Nat } from '../scenario.ts';
import { mulberry32 } from './chance.ts';
import { type Happening, later } from './event-wheel.ts';
import { Line } from './line.ts';
import { Pipe } from './pipe.ts';
import { messageBytes } from './sizes.ts';
import { isForged } from './forgery.ts';
import { blank } from './show.ts';
import type { World } from './world.ts';

/** What one machine has: its line, and whether it passes on. */
export interface Access {
  readonly downMbps: number;
  readonly upMbps: number;
  readonly rttMs: number;
  readonly nat: Nat;
  readonly relays: boolean;
}

/** The least that a line carries, whatever a scenario says, bit/s: signals have to get out. */
const LEAST_BPS = 64_000;
/** Later than any time in this world, ms; a whole number as they are. */
const NO_TIMER_MS = 2 ** 31 - 1;
/** Queues are read at most so often, as the page does it, ms. @see src/app/mesh-node.ts */
const READ_QUEUES_MS = 50;
/** A description is made in this time, ms, and candidates follow (chosen, after measured links on a local network). */
const DESCRIBE_MS = 8;
/**
 * ICE, DTLS 1.3 and SCTP: round trips from the answer to an open channel at the caller's end; at the other one it opens half of one
 * later (measured over a way of 50 and 100 ms: 3.1 and 3.6, with the work of both pages).
 */
const SETUP_ROUND_TRIPS = 3;
const SETUP_WORK_MS = 10;
/** As long as real ones (measured: 81 and 123 characters; a name hides an address), three candidates a side. */
const OFFER = 'offer'.padEnd(110, '.');
const ANSWER = 'answer'.padEnd(110, '.');
const CANDIDATES = 'candidates'.padEnd(230, '.');
/** A vanished peer is noticed by the transport after 5 to 15 s (measured). */
const VANISHED_MS = 10_000;

/** What a peer tells whoever measures. */
export interface PeerListener {
  onSent(peer: SimPeer, message: Message, to: PeerId, bytes: number): void;
  onChunk(peer: SimPeer, header: ChunkHeader): void;
}

/** Changes what an attacker sends; null keeps it back. */
export type Tamper = (message: Message, to: PeerId) => Message | null;

const restore = (_: readonly Uint8Array[], length: number): Uint8Array => blank(length);

/** One page: its mesh, links, door channels and line. It does what `MeshNode` does, without bytes and cryptography. */
export class SimPeer implements Happening {
  readonly mesh: Mesh;
  readonly up: Line;
  readonly down: Line;
  readonly links = new Map<PeerId, Pipe>();
  readonly doors = new Map<PeerId, Pipe>();
  alive = true;
  tamper: Tamper | null = null;
  /** The chat, where a test gives it one. */
  room: { heard(from: PeerId, data: Uint8Array): void } | null = null;
  /** Says so in its hello; false only for those that say it honestly. */
  saysItRelays: boolean;
  #timerMs = NO_TIMER_MS;
  #queuesReadMs = 0;
  /** Links that pieces went over since their queues were read, or that hold back some. */
  #used: Pipe[] = [];

  constructor(
    readonly world: World,
    readonly index: number,
    readonly peerId: PeerId,
    readonly access: Access,
    readonly host: boolean,
    private readonly listener: PeerListener,
  ) {
    this.up = new Line(Math.max(LEAST_BPS, access.upMbps * 1e6));
    this.down = new Line(Math.max(LEAST_BPS, access.downMbps * 1e6));
    this.saysItRelays = access.relays || host;
    const random = mulberry32(Math.floor(world.random() * 2 ** 32));
    const { nowMs, nominalBps, design } = world;
    this.mesh = new Mesh({ peerId, host, random, nowMs, nominalBps, design, restore });
  }

  /** The page is there. */
  start(): void {
    if (!this.access.relays) this.take({ type: 'limits', uplinkBps: null, relays: false });
    else this.take({ type: 'tick' });
  }

  take(input: Input): void {
    if (!this.alive) return;
    const { nowMs } = this.world;
    if (nowMs - this.#queuesReadMs >= READ_QUEUES_MS) this.#readQueues(nowMs);
    this.#handle(input, nowMs);
    const dueMs = Math.max(this.mesh.dueMs, nowMs + 1);
    if (dueMs >= this.#timerMs) return;
    this.#timerMs = dueMs;
    this.world.wheel.at(dueMs, this, 0, dueMs);
  }

  /** The timer that was set for that time. */
  happen(_: number, dueMs: unknown): void {
    if (dueMs !== this.#timerMs) return;
    this.#timerMs = NO_TIMER_MS;
    this.take({ type: 'tick' });
  }

  /** A message came; pieces are checked as the page checks them, before anything is done with them. */
  receive(pipe: Pipe, message: Message): void {
    const from = pipe.peerId;
    if (!this.alive) return;
    if (pipe.kind === 'door') this.take({ type: 'door-message', from, message });
    else if (message.type === 'piece' && isForged(message) && this.mesh.judge(from, message) === 'needed') {
      this.take({ type: 'forged', from });
    } else this.take({ type: 'message', from, message });
  }

  drained(pipe: Pipe): void {
    const { peerId } = pipe;
    const queues = [{ peerId, bytes: pipe.queuedBytes(this.world.nowMs) }];
    if (pipe.kind === 'link') this.take({ type: 'queues', queues });
  }

  /** Closes the page: with a goodbye. */
  leave(): void {
    if (!this.alive) return;
    this.take({ type: 'leave' });
    this.#end(0);
  }

  /** Crashes: nobody is told. */
  kill(): void {
    if (this.alive) this.#end(VANISHED_MS);
  }

  /** Sends over the link, or else through the door. Attackers' own messages come this way too. */
  send(to: PeerId, wish: Message): void {
    const message = this.tamper ? this.tamper(wish, to) : wish;
    const link = this.links.get(to);
    const pipe = link?.isOpen === true && this.mesh.neighbours.has(to) ? link : this.doors.get(to);
    if (message === null || !this.alive || !pipe || pipe.closed || !(pipe.isOpen || pipe.kind === 'door')) return;
    const bytes = messageBytes(message);
    this.listener.onSent(this, message, to, bytes);
    if (message.type === 'piece') this.#use(pipe);
    pipe.send(message, bytes);
  }

  /** The other end has closed, or vanished. */
  unlinked(pipe: Pipe): void {
    const { peerId, kind } = pipe;
    const pipes = kind === 'link' ? this.links : this.doors;
    if (pipes.get(peerId) !== pipe) return;
    pipe.closed = true;
    pipes.delete(peerId);
    this.take(kind === 'link' ? { type: 'link-closed', peerId } : { type: 'door-closed', peerId });
  }

  #use(pipe: Pipe): void {
    if (pipe.used) return;
    pipe.used = true;
    this.#used.push(pipe);
  }

  #handle(input: Input, nowMs: number): void {
    for (const effect of this.mesh.handle(input, nowMs)) this.#do(effect);
  }

  #readQueues(nowMs: number): void {
    this.#queuesReadMs = nowMs;
    // Only those links can hold something back that pieces were sent over: reading the others would say 0 again.
    const used = this.#used;
    if (used.length === 0) return;
    this.#used = [];
    const queues: LinkQueue[] = [];
    for (const pipe of used) {
      pipe.used = false;
      if (!pipe.isOpen) continue;
      const bytes = pipe.queuedBytes(nowMs);
      if (bytes > 0) this.#use(pipe);
      queues.push({ peerId: pipe.peerId, bytes });
    }
    this.#handle({ type: 'queues', queues }, nowMs);
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.send(effect.to, effect.message);
        return;
      case 'chunk':
        this.listener.onChunk(this, effect.header);
        return;
      case 'connect':
        this.#connect(effect.peerId, effect.attempt, effect.initiator);
        return;
      case 'adopt':
        this.#adopt(effect.peerId, effect.attempt);
        return;
      case 'signal':
        this.#signalled(effect.peerId, effect.attempt, effect.data);
        return;
      case 'disconnect': {
        const pipe = this.links.get(effect.peerId);
        if (pipe) this.#close(pipe);
        return;
      }
      case 'knock':
        this.world.broker.knock(this, effect.door);
        return;
      case 'hold-door':
        this.world.broker.hold(this, this.peerId);
        return;
      case 'rest':
        this.world.broker.rest(this);
        for (const pipe of new Set(this.doors.values())) if (!pipe.visitor) this.#close(pipe);
        return;
      case 'show-out': {
        const pipe = this.doors.get(effect.peerId);
        if (pipe) this.#close(pipe);
        return;
      }
      case 'room':
        this.room?.heard(effect.from, effect.data);
        return;
      case 'past':
      case 'ended':
        return;
    }
  }

  #connect(peerId: PeerId, attempt: number, initiator: boolean): void {
    const former = this.links.get(peerId);
    if (former) this.#close(former);
    const other = this.world.peers.get(peerId);
    const oneWayMs = other ? this.world.oneWayMs(this, other) : 0;
    this.links.set(peerId, new Pipe(this, peerId, 'link', attempt, oneWayMs));
    if (initiator) this.#describe(peerId, attempt, OFFER);
  }

  /** The link that was begun for anyone has found its other end. */
  #adopt(peerId: PeerId, attempt: number): void {
    if (this.links.get(ANYONE)?.attempt !== attempt) return;
    this.links.delete(ANYONE);
    this.#connect(peerId, attempt, false);
  }

  #signalled(peerId: PeerId, attempt: number, data: string): void {
    const pipe = this.links.get(peerId);
    if (pipe?.attempt !== attempt || pipe.closed) return;
    if (data === OFFER) this.#describe(peerId, attempt, ANSWER);
    else if (data === ANSWER) {
      const other = this.world.peers.get(peerId);
      if (!other || !this.world.canMeet(this, other)) return;
      this.#after(2 * SETUP_ROUND_TRIPS * pipe.oneWayMs + SETUP_WORK_MS, () => {
        this.#open(pipe, other);
      });
    }
  }

  #describe(peerId: PeerId, attempt: number, data: string): void {
    this.#after(DESCRIBE_MS, () => {
      this.take({ type: 'signal', peerId, attempt, data });
      this.take({ type: 'signal', peerId, attempt, data: CANDIDATES });
    });
  }

  /** The channel is up at this end. When our hello comes it is so at the other one, whose hello then comes back. */
  #open(pipe: Pipe, other: SimPeer): void {
    const theirs = other.links.get(this.peerId);
    const current = this.links.get(pipe.peerId) === pipe && theirs?.attempt === pipe.attempt;
    if (!current || !this.alive || !other.alive || this.world.areApart(this, other)) return;
    pipe.twin = theirs;
    theirs.twin = pipe;
    const ours = this.#greeting(other);
    this.#after(pipe.oneWayMs, () => {
      if (!theirs.isOpen) return;
      const answer = other.#greeting(this);
      this.#after(pipe.oneWayMs, () => {
        this.greeted(pipe, other, answer);
      });
      other.greeted(theirs, this, ours);
    });
  }

  /** The other end's hello is read, and what came with it. */
  greeted(pipe: Pipe, them: SimPeer, greeting: readonly Message[]): void {
    if (!pipe.isOpen) return;
    this.take({ type: 'link-open', peerId: pipe.peerId, host: them.host, relays: them.saysItRelays });
    for (const message of greeting) this.receive(pipe, message);
  }

  #greeting(to: SimPeer): readonly Message[] {
    const said: Message[] = [];
    for (const wish of this.mesh.greeting(to.peerId)) {
      const message = this.tamper ? this.tamper(wish, to.peerId) : wish;
      if (message === null) continue;
      this.listener.onSent(this, message, to.peerId, messageBytes(message));
      said.push(message);
    }
    return said;
  }

  /** This end closes: the mesh hears of it soon, the other end when the news arrives. */
  #close(pipe: Pipe): void {
    if (pipe.closed) return;
    pipe.closed = true;
    const pipes = pipe.kind === 'link' ? this.links : this.doors;
    this.#after(0, () => {
      const { peerId } = pipe;
      if (pipes.get(peerId) !== pipe) return;
      pipes.delete(peerId);
      this.take(pipe.kind === 'link' ? { type: 'link-closed', peerId } : { type: 'door-closed', peerId });
    });
    const { twin } = pipe;
    if (!twin) return;
    this.#after(pipe.oneWayMs + 1, () => {
      twin.owner.unlinked(twin);
    });
  }

  #end(noticedMs: number): void {
    this.alive = false;
    this.world.broker.leave(this);
    const twins = [...this.links.values(), ...this.doors.values()].flatMap(({ twin }) => twin ?? []);
    this.links.clear();
    this.doors.clear();
    this.world.departed(this);
    for (const twin of twins) {
      this.#after(noticedMs + twin.oneWayMs, () => {
        twin.owner.unlinked(twin);
      });
    }
  }

  #after(ms: number, run: () => void): void {
    this.world.wheel.at(this.world.nowMs + ms, later(run), 0, null);
  }
}
