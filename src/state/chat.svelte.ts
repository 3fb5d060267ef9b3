import { createSubscriber, SvelteSet } from 'svelte/reactivity';
import type {
  Burst,
  ChatMessage,
  Content,
  EntryId,
  Person,
  PersonId,
  ProductDraft,
  Question,
  Reaction,
  RoomSession,
  RoomView,
} from '../app/room-view.ts';
import { Ticker } from './ticker.ts';

/** A stranger to everybody: who it is becomes known with the first entry. */
const unknown = (id: PersonId): Person => ({
  id,
  name: '',
  isCopy: false,
  role: 'viewer',
  isMuted: false,
  isBanned: false,
  isKnown: false,
  wantsIn: false,
});

/** Newcomers are told of for so long, ms (chosen: long enough to be read). */
const JOINED_MS = 6_000;
/** More than so many newcomers in a small room are no workshop: nobody is told of any more (chosen: as small as a small room). */
const MOST_JOINS = 12;

/** The room as its pages see it: reactive, and with what this person chose to see for itself. */
export class Chat {
  readonly #watch: () => void;
  readonly #ignored: SvelteSet<PersonId>;
  readonly #ticker = new Ticker(1_000);

  constructor(private readonly session: RoomSession) {
    this.#ignored = new SvelteSet(session.ignored.all());
    this.#watch = createSubscriber((update) => session.subscribe(update));
  }

  get view(): RoomView {
    this.#watch();
    return this.session.view;
  }

  /** Whether this person may hide, mute, ban and pin. */
  get moderates(): boolean {
    return this.view.role !== 'viewer';
  }

  readonly #messages = $derived.by(() =>
    this.view.state.messages.filter(
      ({ author, hidden }) => !this.#ignored.has(author) && (hidden === null || this.moderates),
    ),
  );

  /** What this person gets to see, in order. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  readonly #byId = $derived.by((): Readonly<Partial<Record<EntryId, ChatMessage>>> =>
    Object.fromEntries(this.#messages.map((message) => [message.id, message])),
  );

  message(id: EntryId | null): ChatMessage | null {
    return (id === null ? undefined : this.#byId[id]) ?? null;
  }

  person(id: PersonId): Person {
    return this.view.state.people.get(id) ?? unknown(id);
  }

  readonly #unseen = $derived.by(() => [...this.#ignored].filter((id) => this.view.state.people.has(id)));

  /** How many people of this room this person has chosen not to see. */
  get ignored(): number {
    return this.#unseen.length;
  }

  /** From now on, on this device. */
  ignore(id: PersonId): void {
    this.#ignored.add(id);
    this.session.ignored.set(id, true);
  }

  /** Shows everybody of this room again. */
  ignoreNobody(): void {
    for (const id of this.#unseen) {
      this.#ignored.delete(id);
      this.session.ignored.set(id, false);
    }
  }

  readonly #questions = $derived.by(() =>
    this.view.state.questions.filter(
      ({ author, isHidden }) => !this.#ignored.has(author) && (!isHidden || this.moderates),
    ),
  );

  /** What this person gets to see: open ones first, those that most want answered before the others. */
  get questions(): readonly Question[] {
    return this.#questions;
  }

  /** How many wait for an answer. */
  get openQuestions(): number {
    return this.#questions.filter(({ isAnswered, isHidden }) => !isAnswered && !isHidden).length;
  }

  /** Whether this person may write words: not muted, and known where only known people may. */
  get mayWrite(): boolean {
    const { state, self } = this.view;
    const { isMuted, isKnown } = this.person(self);
    return this.moderates || (!isMuted && !state.isClosed && (isKnown || !state.isKnownOnly));
  }

  /** Whoever has just come into a small room, by a chosen name; null when nobody has, and in larger rooms. */
  get newcomer(): Person | null {
    const { state, isSmall, self } = this.view;
    const last = state.joins.findLast(({ person }) => person !== self);
    if (!last || !isSmall || state.joins.length > MOST_JOINS) return null;
    const person = this.person(last.person);
    const isTold = person.name !== '' && !person.isMuted && !person.isBanned && !this.#ignored.has(person.id);
    return isTold && Math.abs(this.#ticker.now - last.atMs) < JOINED_MS ? person : null;
  }

  showProduct(product: ProductDraft | null): void {
    this.session.showProduct(product);
  }

  /** Small enough for the card. @throws ProblemError */
  smallPicture(file: Blob): Promise<Uint8Array> {
    return this.session.smallPicture(file);
  }

  openPoll(question: string, options: readonly string[]): void {
    this.session.openPoll({ question, options });
  }

  /** The question on air is answered, and the one that most want answered comes next. */
  nextQuestion(): void {
    const { onAir, questions } = this.view.state;
    if (onAir !== null) this.write({ type: 'answered', entry: onAir.id, on: true });
    const next = questions.find(({ id, isAnswered, isHidden }) => !isAnswered && !isHidden && id !== onAir?.id);
    if (next) this.write({ type: 'pick', entry: next.id });
  }

  acquaint(people: readonly PersonId[], on: boolean): void {
    this.session.acquaint(people, on);
  }

  setKnownOnly(on: boolean): void {
    this.session.setKnownOnly(on);
  }

  #saidMs = $state(Number.NEGATIVE_INFINITY);

  /** With a pace in force: how long until this person's next words count, seconds. */
  get waitS(): number {
    const { slowS } = this.view.state;
    if (slowS === 0 || this.moderates || !Number.isFinite(this.#saidMs)) return 0;
    return Math.max(0, Math.ceil(slowS + 1 - (this.#ticker.now - this.#saidMs) / 1000));
  }

  /** A message or question, which the pace is about. */
  say(content: Content): void {
    this.#saidMs = Date.now();
    this.session.write(content);
  }

  /** What viewers have asked the host to look at, and is still to be seen. */
  get reported(): readonly ChatMessage[] {
    return this.moderates ? this.#messages.filter(({ reports, hidden }) => reports > 0 && hidden === null) : [];
  }

  write(content: Content): void {
    this.session.write(content);
  }

  tap(reaction: Reaction): void {
    this.session.tap(reaction);
  }

  /** The host's list, as typed. */
  blockWords(list: string): void {
    this.session.blockWords(list);
  }

  rename(name: string): void {
    this.session.rename(name);
  }

  onBurst(listener: (burst: Burst) => void): () => void {
    return this.session.onBurst(listener);
  }
}
