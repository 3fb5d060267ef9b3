import { createSubscriber, SvelteSet } from 'svelte/reactivity';
import type {
  Burst,
  ChatMessage,
  Content,
  EntryId,
  Person,
  PersonId,
  Reaction,
  RoomSession,
  RoomView,
} from '../app/room-view.ts';

/** A stranger to everybody: who it is becomes known with the first entry. */
const unknown = (id: PersonId): Person => ({
  id,
  name: '',
  isCopy: false,
  role: 'viewer',
  isMuted: false,
  isBanned: false,
});

/** The room as its pages see it: reactive, and with what this person chose to see for itself. */
export class Chat {
  readonly #watch: () => void;
  /** Muted by this person, for this page only. */
  readonly #ignored = new SvelteSet<PersonId>();

  constructor(private readonly session: RoomSession) {
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

  /** How many people this person has chosen not to see. */
  get ignored(): number {
    return this.#ignored.size;
  }

  ignore(id: PersonId): void {
    this.#ignored.add(id);
  }

  ignoreNobody(): void {
    this.#ignored.clear();
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
