import { cleanLine } from '../core/room/clean-text.ts';
import {
  type Content,
  MAX_ACQUAINTED,
  MAX_BURST,
  MAX_LINK,
  MAX_NAME,
  MAX_OPTION_TEXT,
  MAX_OPTIONS,
  MAX_PART_BYTES,
  MAX_PICTURE_PARTS,
  MAX_POLL_TEXT,
  MAX_PRICE,
  MAX_TEXT,
  MAX_WORD,
  MAX_WORDS,
  type PollText,
  type Reaction,
} from '../core/room/content.ts';
import { decodeContent } from '../core/room/content-wire.ts';
import { type Entry, type PersonId, personId } from '../core/room/entry.ts';
import { foldRoom, type RoomState } from '../core/room/fold.ts';
import { Ledger } from '../core/room/ledger.ts';
import type { Signer } from '../core/identity.ts';
import type { PeerId } from '../core/messages.ts';
import { Admission } from './admission.ts';
import { every } from './clock.ts';
import { Forks } from './forks.ts';
import type { MeshNodePorts } from './mesh-node.ts';
import { Pen } from './pen.ts';
import { productEntries } from './product-entries.ts';
import type { OpenCarrier } from './room-carrier.ts';
import { RoomLinks, type RoomMesh } from './room-links.ts';
import type { Burst, OwnPerson, PeopleList, ProductDraft, RoomSession, RoomView, SmallPicture } from './room-view.ts';
import { Joining } from './joining.ts';
import type { Snapshot } from './snapshot.ts';
import { Witness } from './witness.ts';

const TEND_MS = 250;
/** What people see follows what arrives: at once, then at most so often, ms, and a fifth of the time (chosen). */
const FOLD_MS = 30;
const FOLD_SHARE = 5;
/** The first taps become an entry after this, ms; while more follow, one entry each so often (chosen: a third of the pace). */
const FIRST_TAPS_MS = 80;
const MORE_TAPS_MS = 1_000;
/** Viewers in a room in which one hears of each who joins (chosen: a workshop; more would be a stream of names). */
const SMALL = 12;
/** Taps older than this, ms, rise no more: they are history (chosen). */
const BURST_FRESH_MS = 4_000;

export type RoomPorts = Pick<MeshNodePorts, 'verification' | 'clock' | 'random'>;

/** What it takes to enter: who comes in, and what carries the chat. */
export interface RoomEntrance {
  readonly person: OwnPerson;
  readonly openCarrier: OpenCarrier;
  readonly smallPicture: SmallPicture;
  /** Whom this person does not want to see. */
  readonly ignored: PeopleList;
  /** Whom this person, as a host, has let in. */
  readonly known: PeopleList;
}

/** Loaded while the show is being found; rejects when the code doesn't come. @param show the show's own key, with which its host speaks */
export type EnterRoom = (show?: Signer) => Promise<RoomEntrance>;

/** Null when the room can't be loaded: the show goes on without it. */
export const entranceOf = (enter: EnterRoom, show?: Signer): Promise<RoomEntrance | null> =>
  enter(show).catch(() => null);

const LIMITS = {
  text: MAX_TEXT,
  name: MAX_NAME,
  price: MAX_PRICE,
  link: MAX_LINK,
  poll: MAX_POLL_TEXT,
  option: MAX_OPTION_TEXT,
  options: MAX_OPTIONS,
};

export interface RoomOptions {
  readonly streamId: string;
  readonly peerId: PeerId;
  readonly host: boolean;
  readonly node: RoomMesh;
  readonly entrance: RoomEntrance;
  /** The host, or a moderator, has banned this person. */
  onBanned(): void;
}

/** One page's part in the room of a show: what it has, what it says, and whom it hears. */
export class Room implements RoomSession {
  view: RoomView;
  readonly #ledger = new Ledger();
  readonly #admission: Admission;
  readonly #links: RoomLinks;
  readonly #pen: Pen;
  readonly #witness: Witness | null;
  readonly #joining: Joining;
  readonly #self: PersonId;
  readonly #listeners = new Set<() => void>();
  readonly #burstListeners = new Set<(burst: Burst) => void>();
  readonly #taps = new Map<Reaction, number>();
  #tapsWrittenMs = Number.NEGATIVE_INFINITY;
  /** The person of the show's own key; null before anybody has shown it. */
  #host: PersonId | null = null;
  #rejected = 0;
  #folding = false;
  #banned = false;
  /** The latest time that the host has put under its words, by its clock. */
  #hostSaidMs = 0;
  #foldedMs = 0;
  /** What the last fold took, ms. */
  #foldMs = 0;
  #closed = false;
  readonly #stop: () => void;

  constructor(
    private readonly ports: RoomPorts,
    private readonly options: RoomOptions,
  ) {
    const { streamId, peerId, host, node, entrance } = options;
    const { person, openCarrier } = entrance;
    const { verification, clock } = ports;
    this.#self = personId(person.signer.publicKey);
    const common = { streamId, verification, clock, ledger: this.#ledger, hostMs: () => this.#hostMs() };
    this.#pen = new Pen({
      ...common,
      signer: person.signer,
      session: Math.floor(ports.random() * 2 ** 32),
      onWritten: (entries) => this.#have(entries),
    });
    const forks = new Forks({ ...common, onExpelled: () => this.#foldSoon() });
    this.#admission = new Admission({
      ...common,
      onForked: (one, other) => forks.found(one, other),
      onAdmitted: (entries) => {
        this.#have(entries);
        for (const entry of entries) this.#showTaps(entry);
      },
      onRejected: () => (this.#rejected += 1),
      onMissed: (from) => this.#links.missed(from),
      onHostile: (from) => this.#links.castOut(from),
    });
    this.#links = new RoomLinks({
      ...common,
      forks,
      self: peerId,
      client: this.#pen.client,
      node,
      signer: person.signer,
      openCarrier,
      onUpdate: (from, update, asked) => this.#admission.take(from, update, asked),
      onGone: (from) => this.#admission.forget(from),
      onBanned: () => this.#leaveBanned(),
    });
    this.#witness = host ? new Witness(this.#ledger, this.#pen.client, clock.nowMs()) : null;
    this.#joining = new Joining(this.#self);
    this.view = {
      state: foldRoom([], null),
      self: this.#self,
      role: host ? 'host' : 'viewer',
      name: person.name,
      links: 0,
      isSmall: false,
      limits: LIMITS,
    };
    this.#stop = every(clock, TEND_MS, () => this.#tend());
    this.#links.tend();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onBurst(listener: (burst: Burst) => void): () => void {
    this.#burstListeners.add(listener);
    return () => this.#burstListeners.delete(listener);
  }

  write(content: Content): void {
    const { name, state } = this.view;
    const isKnown = name === '' || state.people.get(this.#self)?.name === name;
    const named = isKnown || content.type === 'name' ? [] : [{ type: 'name', name } as const];
    // What a rule must not miss has to be seen before the rule.
    const isRule = content.type === 'mute' || content.type === 'ban' || content.type === 'moderator';
    const seen = isRule ? (this.#witness?.take(content.person) ?? []) : [];
    this.#pen.write(...named, ...seen, content);
  }

  tap(reaction: Reaction): void {
    const taps = this.#taps.get(reaction) ?? 0;
    this.#taps.set(reaction, Math.min(MAX_BURST, taps + 1));
    this.#announce({ reaction, count: 1 });
    if (taps > 0) return;
    const { clock } = this.ports;
    const goesOn = clock.nowMs() - this.#tapsWrittenMs < MORE_TAPS_MS;
    clock.after(goesOn ? MORE_TAPS_MS : FIRST_TAPS_MS, () => {
      const count = this.#taps.get(reaction) ?? 0;
      this.#taps.delete(reaction);
      this.#tapsWrittenMs = clock.nowMs();
      if (!this.#closed && count > 0) this.#pen.write({ type: 'react', reaction, count });
    });
  }

  blockWords(list: string): void {
    const words = list.split(/[,\n]/).map((word) => cleanLine(word, MAX_WORD));
    this.write({ type: 'words', words: words.filter((word) => word !== '').slice(0, MAX_WORDS) });
  }

  get ignored(): PeopleList {
    return this.options.entrance.ignored;
  }

  showProduct(product: ProductDraft | null): void {
    if (product === null) this.write({ type: 'product', product });
    else this.#pen.write(...productEntries(product));
  }

  smallPicture(file: Blob): Promise<Uint8Array> {
    return this.options.entrance.smallPicture(file, MAX_PICTURE_PARTS * MAX_PART_BYTES);
  }

  openPoll({ question, options }: PollText): void {
    const answers = options.map((option) => cleanLine(option, MAX_OPTION_TEXT)).filter((option) => option !== '');
    const poll = { question: cleanLine(question, MAX_POLL_TEXT), options: answers.slice(0, MAX_OPTIONS) };
    this.write({ type: 'poll', poll });
  }

  acquaint(people: readonly PersonId[], on: boolean): void {
    for (let at = 0; at < people.length; at += MAX_ACQUAINTED) {
      this.write({ type: 'acquaint', people: people.slice(at, at + MAX_ACQUAINTED), on });
    }
  }

  setKnownOnly(on: boolean): void {
    const { people } = this.view.state;
    const known = this.options.host && on ? this.options.entrance.known.all() : [];
    const news = known.filter((person) => people.get(person)?.isKnown !== true);
    this.acquaint(news, true);
    this.write({ type: 'known-only', on });
  }

  rename(wish: string): void {
    const name = cleanLine(wish, MAX_NAME);
    if (name === '' || name === this.view.name) return;
    this.#change({ name });
    void this.options.entrance.person.rename(name);
    this.write({ type: 'name', name });
  }

  /** For the diagnostics. */
  get snapshot(): Snapshot['room'] {
    return { entries: this.#ledger.size, rejected: this.#rejected, links: this.#links.open };
  }

  /** A neighbour's room said something over the mesh. */
  heard(from: PeerId, data: Uint8Array): void {
    if (!this.#closed) this.#links.heard(from, data);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop();
    this.#links.close();
  }

  /** Never before what the host has said: who answers to it answers later, however well its clock is known here. */
  #hostMs(): number {
    const guessMs = this.ports.clock.nowMs() + (this.options.node.mesh.clock.offsetMs ?? 0);
    return this.options.host ? guessMs : Math.max(guessMs, this.#hostSaidMs + 1);
  }

  #tend(): void {
    this.#links.tend();
    const nowMs = this.ports.clock.nowMs();
    const { mesh } = this.options.node;
    const now = { links: this.#links.open, isSmall: mesh.viewers <= SMALL };
    if (now.links !== this.view.links || now.isSmall !== this.view.isSmall) this.#change(now);
    if (!this.options.host && this.#joining.isDue(this.view, nowMs, this.#hostMs())) this.write({ type: 'join' });
    const due = this.#witness?.due(nowMs) ?? [];
    if (due.length > 0) this.#pen.write(...due);
    // The host's key may come to be known after the first entries.
    if (this.#ledger.size > 0 && this.#host === null && this.options.node.hostKey) this.#foldSoon();
  }

  /** New entries are in the ledger. */
  #have(entries: readonly Entry[]): void {
    if (this.#closed) return;
    for (const { author, timeMs } of entries)
      if (author === this.#host) this.#hostSaidMs = Math.max(this.#hostSaidMs, timeMs);
    this.#links.add(entries);
    this.#foldSoon();
  }

  #foldSoon(): void {
    if (this.#folding) return;
    this.#folding = true;
    const dueMs = this.#foldedMs + Math.max(FOLD_MS, this.#foldMs * FOLD_SHARE);
    this.ports.clock.after(Math.max(0, dueMs - this.ports.clock.nowMs()), () => {
      this.#folding = false;
      if (!this.#closed) this.#fold();
    });
  }

  #fold(): void {
    const beganMs = this.ports.clock.nowMs();
    const { hostKey } = this.options.node;
    this.#host = hostKey && personId(hostKey);
    const state = foldRoom(this.#ledger.entries(), this.#host);
    this.#foldedMs = this.ports.clock.nowMs();
    this.#foldMs = this.#foldedMs - beganMs;
    if (this.options.host) this.#remember(state);
    const moderators = [...state.people.values()].filter(({ role }) => role === 'moderator');
    this.#ledger.keepRoomFor(this.#host, new Set(moderators.map(({ id }) => id)));
    this.#links.ban(state.bans);
    const role = this.options.host ? 'host' : (state.people.get(this.#self)?.role ?? 'viewer');
    this.#change({ state, role });
    if (state.bans.has(this.#self)) this.#leaveBanned();
  }

  /** Whom moderators let in the host knows from then on, too. */
  #remember({ people }: RoomState): void {
    const { known } = this.options.entrance;
    for (const { id, role, isKnown, isBanned } of people.values()) {
      const wasKnown = this.view.state.people.get(id)?.isKnown === true;
      if (role !== 'host' && (isKnown !== wasKnown || isBanned)) known.set(id, isKnown);
    }
  }

  #leaveBanned(): void {
    if (this.#banned || this.#closed) return;
    this.#banned = true;
    this.options.onBanned();
  }

  #showTaps({ content: bytes, author, timeMs }: Entry): void {
    if (timeMs < this.#hostMs() - BURST_FRESH_MS) return;
    const person = this.view.state.people.get(author);
    const content = decodeContent(bytes);
    if (content?.type !== 'react' || person?.isMuted === true || person?.isBanned === true) return;
    this.#announce({ reaction: content.reaction, count: content.count });
  }

  #announce(burst: Burst): void {
    for (const listener of [...this.#burstListeners]) listener(burst);
  }

  #change(parts: Partial<RoomView>): void {
    this.view = { ...this.view, ...parts };
    for (const listener of [...this.#listeners]) listener();
  }
}
