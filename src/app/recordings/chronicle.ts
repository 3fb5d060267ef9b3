import {
  addReactions,
  mergeMessages,
  NO_STORY,
  type Pin,
  type PinKind,
  type ShowStory,
  type StoryMessage,
} from '../../core/recording/story.ts';
import { type Clock, every } from '../clock.ts';
import type { ChatMessage, RoomSession, RoomState } from '../room-view.ts';

/** What happened is written down so often, ms, if anything did: as often as media, for a crash takes both (chosen). */
const WRITE_MS = 1_000;
/** A long chat is written less often, ms: thousands of messages are half a megabyte (chosen). */
const LONG_WRITE_MS = 5_000;
const LONG_MESSAGES = 300;

/** Keeps what people say and do during a show, as it is shown at the end: what was hidden by then is not in it. */
export class Chronicle {
  #before: ShowStory = NO_STORY;
  #now: ShowStory = NO_STORY;
  #state: RoomState;
  /** What is before everybody now: of each kind the entry that says so. */
  #shown: Readonly<Partial<Record<PinKind, string>>> = {};
  #writtenMs = Number.NEGATIVE_INFINITY;
  #isChanged = false;
  #isKnown = false;
  readonly #stops: (() => void)[];

  constructor(
    private readonly room: RoomSession,
    private readonly clock: Clock,
    /** @throws ProblemError */
    private readonly write: (story: ShowStory) => Promise<void> | undefined,
  ) {
    this.#state = room.view.state;
    this.#stops = [
      room.subscribe(() => this.#look()),
      room.onBurst(({ count }) => {
        this.#now = { ...this.#now, beats: addReactions(this.#now.beats, clock.nowMs(), count) };
        this.#isChanged = true;
      }),
      every(clock, WRITE_MS, () => {
        const isLong = this.#state.messages.length > LONG_MESSAGES;
        if (isLong && clock.nowMs() - this.#writtenMs < LONG_WRITE_MS) return;
        void this.flush().catch(() => undefined); // media says when the disk fails
      }),
    ];
    this.#look();
  }

  /** What the recording holds already. */
  begin(before: ShowStory): void {
    this.#before = before;
    this.#isKnown = true;
  }

  /** Writes down what changed. @throws ProblemError */
  async flush(): Promise<void> {
    if (!this.#isChanged || !this.#isKnown) return;
    this.#isChanged = false;
    this.#writtenMs = this.clock.nowMs();
    const { messages, people } = this.#state;
    const shown = messages.filter(({ hidden }) => hidden === null);
    const said = shown.map((message) => lineOf(message, people));
    // What was pinned before a reload is found pinned after it.
    const isOld = (pin: Pin): boolean =>
      this.#before.pins.some(({ kind, name, text }) => kind === pin.kind && name === pin.name && text === pin.text);
    await this.write({
      messages: mergeMessages(this.#before.messages, said),
      pins: [...this.#before.pins, ...this.#now.pins.filter((pin) => !isOld(pin))],
      beats: [...this.#before.beats, ...this.#now.beats],
    });
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  #look(): void {
    const { state } = this.room.view;
    if (state === this.#state) return;
    this.#state = state;
    this.#isChanged = true;
    const pins = pinsOf(state);
    const fresh = pins.filter(({ kind, id }) => this.#shown[kind] !== id);
    this.#shown = Object.fromEntries(pins.map(({ kind, id }) => [kind, id]));
    const atMs = this.clock.nowMs();
    const told = fresh.map(({ kind, name, text }) => ({ kind, atMs, name, text }));
    this.#now = { ...this.#now, pins: [...this.#now.pins, ...told] };
  }
}

/** What the host has before everybody now. */
function pinsOf({ messages, pinned, product, onAir, people }: RoomState): (Omit<Pin, 'atMs'> & { id: string })[] {
  const nameOf = (author: string): string => people.get(author)?.name ?? '';
  const message = messages.find(({ id }) => id === pinned);
  return [
    ...(message
      ? [{ kind: 'message' as const, id: message.id, name: nameOf(message.author), text: message.text }]
      : []),
    ...(product ? [{ kind: 'product' as const, id: product.id, name: '', text: product.name }] : []),
    ...(onAir ? [{ kind: 'question' as const, id: onAir.id, name: nameOf(onAir.author), text: onAir.text }] : []),
  ];
}

const lineOf = ({ atMs, author, text }: ChatMessage, people: RoomState['people']): StoryMessage => ({
  atMs,
  name: people.get(author)?.name ?? '',
  text,
});
