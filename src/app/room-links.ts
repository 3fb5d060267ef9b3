import type { Signer, Verification } from '../core/identity.ts';
import type { PeerId } from '../core/messages.ts';
import { type PersonId, personId } from '../core/room/entry.ts';
import type { RawUpdate } from '../core/room/filter.ts';
import { foldRoom, type RoomState } from '../core/room/fold.ts';
import { DIGEST_SPAN_MS, type Ledger } from '../core/room/ledger.ts';
import { LinkPlan } from '../core/room/link-plan.ts';
import { decodeRoomMessage, encodeRoomMessage, type RoomMessage, whoBytes } from '../core/room/room-wire.ts';
import type { PlacedEntry } from '../core/room/update-wire.ts';
import type { Clock } from './clock.ts';
import { FORKS_AT_ONCE, type Forks } from './forks.ts';
import type { MeshNode } from './mesh-node.ts';
import type { Carrier, OpenCarrier } from './room-carrier.ts';
import { readShown } from './shown-entries.ts';

/** Rooms are compared by what is older than this, ms (chosen: a message is everywhere after some hundred). */
const SETTLED_MS = 2_000;
/** The banned are told why before the link is closed, ms (chosen: enough for one message). */
const LAST_WORD_MS = 250;
/** While somebody is banned, neighbours have to say who they are within this, ms (chosen: one signature). */
const NAMELESS_MS = 5_000;
/** A page says who it is so often until the other has said so, too, ms (chosen): the other's room may open late. */
const WHO_MS = 2_000;
/** That there is no room is said so often at most, ms (chosen: a call has a handful of signals). */
const FULL_WORD_MS = 1_000;
/** A ban that somebody shows may have been taken back: so long its proof waits for the history, ms (chosen: a newcomer is up to date in two seconds). */
const PROOF_MS = 3_000;

/** What a room needs of the mesh that it belongs to. */
export type RoomMesh = Pick<MeshNode, 'mesh' | 'hostKey' | 'say' | 'cutOff'>;

export interface RoomLinksContext {
  readonly streamId: string;
  readonly self: PeerId;
  /** The Yjs client under which this page writes. */
  readonly client: number;
  readonly node: RoomMesh;
  readonly signer: Signer;
  readonly verification: Verification;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly forks: Forks;
  readonly openCarrier: OpenCarrier;
  readonly hostMs: () => number;
  readonly onUpdate: (from: PeerId, update: RawUpdate, asked: boolean) => void;
  /** What that neighbour sent and is not looked at yet is of no interest any more. */
  readonly onGone: (peerId: PeerId) => void;
  /** Somebody proved that this person is banned. */
  readonly onBanned: () => void;
}

interface Met {
  readonly sinceMs: number;
  /** Null until it has shown who it is. */
  person: PersonId | null;
  /** What shows it who this page is; null until that is signed. */
  who: Uint8Array | null;
  toldWhoMs: number;
  /** The last state it was told. */
  told: string;
  leaving: boolean;
  /** It has shown this page a ban. */
  showedOut: boolean;
  toldFullMs: number;
  /** How many proofs of forks it was told. */
  toldForks: number;
}

/** The room's side of the mesh: who the neighbours are, with whom to have chat connections, whom to show the door. */
export class RoomLinks {
  readonly #plan: LinkPlan;
  readonly #carrier: Carrier;
  readonly #met = new Map<PeerId, Met>();
  #bans: RoomState['bans'] = new Map();

  constructor(private readonly context: RoomLinksContext) {
    this.#plan = new LinkPlan(context.self);
    this.#carrier = context.openCarrier(context.client, {
      onSignal: (peerId, data) => this.#say(peerId, { type: 'signal', data }),
      onOpen: (peerId) => this.#plan.opened(peerId, context.clock.nowMs()),
      onClose: (peerId) => {
        this.#plan.closed(peerId);
        context.onGone(peerId);
      },
      onUpdate: (peerId, update, asked) => context.onUpdate(peerId, update, asked),
      onHostile: (peerId) => this.castOut(peerId),
    });
  }

  /** Chat connections that are open. */
  get open(): number {
    return this.#plan.open.length;
  }

  /** Passes admitted and own entries on. */
  add(entries: readonly PlacedEntry[]): void {
    this.#carrier.add(entries);
  }

  /** More came from a neighbour than was let in: it is asked for the rest. */
  missed(peerId: PeerId): void {
    this.#plan.missed(peerId, this.context.clock.nowMs());
  }

  /** It sent what no honest neighbour sends: out of the room, and out of the mesh. */
  castOut(peerId: PeerId): void {
    this.#disconnect(peerId);
    this.context.node.cutOff(peerId);
  }

  /** Who is banned now, and why. */
  ban(bans: RoomState['bans']): void {
    this.#bans = bans;
    for (const [peerId, met] of this.#met) this.#judge(peerId, met);
  }

  /** Due every quarter of a second or so. */
  tend(): void {
    const { node, clock, hostMs, ledger, forks } = this.context;
    const nowMs = clock.nowMs();
    const neighbours = new Set(node.mesh.neighbours.keys());
    for (const peerId of this.#met.keys()) if (!neighbours.has(peerId)) this.#met.delete(peerId);
    const untilS = Math.floor((hostMs() - SETTLED_MS) / DIGEST_SPAN_MS) * (DIGEST_SPAN_MS / 1000);
    const digest = ledger.digest(untilS * 1000);
    const known = new Set<PeerId>();
    for (const peerId of neighbours) {
      const met = this.#met.get(peerId) ?? this.#meet(peerId, nowMs);
      if (met.person === null && nowMs - met.toldWhoMs >= WHO_MS) this.#introduce(peerId, met);
      if (!this.#isNameless(met)) known.add(peerId);
      for (const proof of forks.since(met.toldForks)) this.#say(peerId, { type: 'fork', proof });
      met.toldForks = Math.min(forks.count, met.toldForks + FORKS_AT_ONCE);
      const links = this.open;
      const state = `${String(untilS)} ${digest.join()} ${String(links)}`;
      if (state === met.told) continue;
      met.told = state;
      this.#say(peerId, { type: 'state', untilS, digest, links });
    }
    const { call, drop, ask } = this.#plan.tend(known, nowMs);
    for (const peerId of drop) this.#disconnect(peerId);
    for (const peerId of call) this.#carrier.connect(peerId, true);
    for (const { peerId, whole } of ask) this.#carrier.ask(peerId, whole);
  }

  /** A neighbour's room said something over the mesh. */
  heard(from: PeerId, data: Uint8Array): void {
    const message = decodeRoomMessage(data);
    if (message) this.#heard(from, message);
    else this.castOut(from);
  }

  close(): void {
    this.#carrier.close();
  }

  #heard(from: PeerId, message: RoomMessage): void {
    const { clock, ledger } = this.context;
    const nowMs = clock.nowMs();
    const met = this.#met.get(from) ?? this.#meet(from, nowMs);
    switch (message.type) {
      case 'state': {
        const own = ledger.digest(message.untilS * 1000);
        const isSame = own.every((byte, at) => byte === message.digest[at]);
        this.#plan.heard(from, message.links, isSame, nowMs);
        return;
      }
      case 'signal':
        if (this.#isNameless(met)) return;
        if (!this.#plan.has(from)) {
          const { welcome, drop } = this.#plan.isWelcome(from, nowMs);
          if (!welcome) {
            this.#sayFull(from, met);
            return;
          }
          if (drop !== null) this.#disconnect(drop);
          this.#carrier.connect(from, false);
        }
        this.#carrier.signal(from, message.data);
        return;
      case 'who':
        if (met.person === null) void this.#identify(from, met, message.publicKey, message.signature);
        return;
      case 'out':
        // Honest neighbours say so once; others shall not make work.
        if (!met.showedOut) void this.#shownOut(message.proof);
        met.showedOut = true;
        return;
      case 'full':
        if (this.#plan.refused(from, nowMs)) this.#carrier.disconnect(from);
        return;
      case 'fork':
        void this.#shownFork(from, message.proof);
        return;
    }
  }

  /** Once for all signals of a call. */
  #sayFull(to: PeerId, met: Met): void {
    const nowMs = this.context.clock.nowMs();
    if (nowMs - met.toldFullMs < FULL_WORD_MS) return;
    met.toldFullMs = nowMs;
    this.#say(to, { type: 'full' });
  }

  #meet(peerId: PeerId, sinceMs: number): Met {
    const { streamId, self, signer } = this.context;
    const met: Met = {
      sinceMs,
      person: null,
      who: null,
      toldWhoMs: sinceMs,
      told: '',
      leaving: false,
      showedOut: false,
      toldFullMs: Number.NEGATIVE_INFINITY,
      toldForks: 0,
    };
    this.#met.set(peerId, met);
    signer.sign(whoBytes(streamId, self, peerId)).then(
      (signature) => {
        met.who = signature;
        this.#introduce(peerId, met);
      },
      () => undefined, // a key that can't sign any more: then only a show without bans is open to it
    );
    return met;
  }

  #introduce(peerId: PeerId, met: Met): void {
    if (met.who === null) return;
    met.toldWhoMs = this.context.clock.nowMs();
    this.#say(peerId, { type: 'who', publicKey: this.context.signer.publicKey, signature: met.who });
  }

  /** While somebody is banned, there is no chat with neighbours who don't say who they are; they may watch. */
  #isNameless({ person, sinceMs }: Met): boolean {
    return this.#bans.size > 0 && person === null && this.context.clock.nowMs() - sinceMs > NAMELESS_MS;
  }

  async #identify(peerId: PeerId, met: Met, publicKey: Uint8Array, signature: Uint8Array): Promise<void> {
    const { streamId, self, verification } = this.context;
    if (await verification.verify(signature, whoBytes(streamId, peerId, self), publicKey)) {
      if (met.person !== null) return;
      met.person = personId(publicKey);
      this.#introduce(peerId, met); // now that its room is open
      this.#judge(peerId, met);
    } else this.castOut(peerId);
  }

  /** Shows a banned neighbour out. */
  #judge(peerId: PeerId, met: Met): void {
    const proof = met.person === null ? undefined : this.#bans.get(met.person);
    if (!proof || met.leaving) return;
    met.leaving = true;
    this.#say(peerId, { type: 'out', proof });
    this.#disconnect(peerId);
    this.context.clock.after(LAST_WORD_MS, () => this.context.node.cutOff(peerId));
  }

  /** A neighbour shows that this person is banned. It counts together with everything else that was said. */
  async #shownOut(proof: readonly PlacedEntry[]): Promise<void> {
    const { streamId, verification, signer, clock, ledger, node, onBanned } = this.context;
    const shown = await readShown(proof, streamId, verification);
    if (!shown) return;
    clock.after(PROOF_MS, () => {
      if (!node.hostKey) return;
      const entries = [...ledger.entries(), ...shown.filter((entry) => ledger.wants(entry))];
      if (foldRoom(entries, personId(node.hostKey)).bans.has(personId(signer.publicKey))) onBanned();
    });
  }

  async #shownFork(from: PeerId, proof: readonly PlacedEntry[]): Promise<void> {
    if (!(await this.context.forks.shown(proof))) this.castOut(from);
  }

  #disconnect(peerId: PeerId): void {
    this.#plan.closed(peerId);
    this.#carrier.disconnect(peerId);
    this.context.onGone(peerId);
  }

  #say(to: PeerId, message: RoomMessage): void {
    this.context.node.say(to, encodeRoomMessage(message));
  }
}
