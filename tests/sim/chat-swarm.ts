import type { PeopleList } from '../../src/app/room-view.ts';
import type { Clock } from '../../src/app/clock.ts';
import { Room } from '../../src/app/room.ts';
import type { Signer } from '../../src/core/identity.ts';
import { Gathering } from './gathering.ts';
import { later } from './model/event-wheel.ts';
import { quickSigner, sharedVerification } from './model/quick-keys.ts';
import { SimCarrier } from './model/sim-carrier.ts';
import type { SimPeer } from './model/sim-peer.ts';

/** Nobody is remembered here: the swarm only talks. */
const NOBODY: PeopleList = { has: () => false, all: () => [], set: () => undefined };

/** Virtual time passes in steps of this, ms; what the pages promised themselves is kept in between. */
const STEP_MS = 5;

/** One page: its place in the mesh, its room, and what it has seen when. */
export interface Page {
  readonly peer: SimPeer;
  readonly room: Room;
  readonly signer: Signer;
  readonly seen: Map<string, number>;
  /** Since when it has had a chat connection, ms; infinite before. */
  inMs: number;
}

/**
 * A show whose pages all run the real room (filter, gate, plan of links, fold, moderation; real keys) over the real mesh in
 * the simulator's network. What is not real is the network, and the carrier in place of y-webrtc; the work of a page
 * takes no virtual time.
 */
export class ChatSwarm {
  readonly pages = new Set<Page>();
  readonly #verification = sharedVerification();
  readonly #carriers = new Map<string, SimCarrier>();
  /** When each text was written. */
  readonly said = new Map<string, number>();
  /** Who cut off whom in the room: honest pages never do. */
  cutOff = 0;
  readonly #hostKey = quickSigner();
  readonly host: Page;

  private constructor(readonly gathering: Gathering) {
    this.host = this.#enter(gathering.host, this.#hostKey, true);
  }

  static async begin(seed: number, showS: number): Promise<ChatSwarm> {
    const swarm = new ChatSwarm(await Gathering.begin({ seed, showS }));
    await swarm.run(2_000);
    return swarm;
  }

  get nowMs(): number {
    return this.gathering.nowMs;
  }

  /** Opens a page, of somebody new or of whoever has that key. */
  join(signer = quickSigner()): Page {
    return this.#enter(this.gathering.join(), signer, false);
  }

  /** A page is closed, and opened again by the same person. */
  rejoin(page: Page): Page {
    this.pages.delete(page);
    page.room.close();
    this.gathering.part(page.peer, 'leave');
    return this.join(page.signer);
  }

  say(page: Page): void {
    const text = `message ${String(this.said.size)}`;
    this.said.set(text, this.nowMs);
    page.room.write({ type: 'chat', text, replyTo: null });
  }

  /** Somebody of those there. */
  get anybody(): Page {
    const pages = [...this.pages];
    return pages[Math.floor(this.gathering.world.random() * pages.length)] ?? this.host;
  }

  async run(ms: number): Promise<void> {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.gathering.run(STEP_MS);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** How long it takes until all show the same, all that was said; infinite if longer than that. */
  async converged(withinMs: number): Promise<number> {
    const beganMs = this.nowMs;
    while (!this.isOne && this.nowMs - beganMs < withinMs) await this.run(50);
    return this.isOne ? this.nowMs - beganMs : Number.POSITIVE_INFINITY;
  }

  get isOne(): boolean {
    const shown = ({ room }: Page): string => room.view.state.messages.map(({ id }) => id).join();
    const expected = shown(this.host);
    const { length } = this.host.room.view.state.messages;
    return length === this.said.size && [...this.pages].every((page) => shown(page) === expected);
  }

  /** From writing to seeing, ms, at everybody who had a chat connection when it was written. */
  delays(sinceMs: number): number[] {
    return [...this.pages].flatMap(({ seen, inMs }) =>
      [...this.said]
        .filter(([, atMs]) => atMs >= Math.max(sinceMs, inMs))
        .map(([text, atMs]) => (seen.get(text) ?? Number.POSITIVE_INFINITY) - atMs),
    );
  }

  /** Whether everybody has a chat connection. */
  get isLinked(): boolean {
    return [...this.pages].every(({ inMs }) => inMs <= this.nowMs);
  }

  get mostLinks(): number {
    return Math.max(...[...this.pages].map(({ room }) => room.snapshot.links));
  }

  #enter(peer: SimPeer, signer: Signer, host: boolean): Page {
    const { world } = this.gathering;
    const clock: Clock = {
      nowMs: () => world.nowMs,
      after: (ms, callback) => {
        let stopped = false;
        const run = (): void => {
          if (!stopped && peer.alive) callback();
        };
        world.wheel.at(world.nowMs + ms, later(run), 0, null);
        return () => (stopped = true);
      },
    };
    const node = {
      mesh: peer.mesh,
      hostKey: this.#hostKey.publicKey,
      say: (to: string, data: Uint8Array) => peer.take({ type: 'room', to, data }),
      cutOff: (peerId: string) => {
        this.cutOff += 1;
        peer.take({ type: 'cut-off', peerId });
      },
    };
    const room = new Room(
      { verification: this.#verification, clock, random: world.random },
      {
        streamId: 'swarm',
        peerId: peer.peerId,
        host,
        node,
        entrance: {
          person: { signer, name: '', rename: () => Promise.resolve() },
          openCarrier: (_, listener) => new SimCarrier(peer, listener, this.#carriers),
          smallPicture: () => Promise.reject(new Error('no pictures here')),
          ignored: NOBODY,
          known: NOBODY,
        },
        onBanned: () => undefined,
      },
    );
    peer.room = room;
    const page: Page = { peer, room, signer, seen: new Map(), inMs: Number.POSITIVE_INFINITY };
    room.subscribe(() => {
      if (room.view.links > 0) page.inMs = Math.min(page.inMs, world.nowMs);
      for (const { text } of room.view.state.messages) if (!page.seen.has(text)) page.seen.set(text, world.nowMs);
    });
    this.pages.add(page);
    return page;
  }
}
