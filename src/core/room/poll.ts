import type { EntryId, PersonId } from './entry.ts';
import type { Said } from './witness.ts';

/** The poll of a room, and how it stands. */
export interface Poll {
  readonly id: EntryId;
  readonly question: string;
  readonly options: readonly { readonly text: string; readonly votes: number }[];
  /** Who chose which option. */
  readonly choices: ReadonlyMap<PersonId, number>;
  readonly isOpen: boolean;
}

/** Fewer answers are no choice. */
const LEAST_OPTIONS = 2;

/** One poll at a time, taken in order: one vote a person, which may be changed until the poll ends. */
export class Ballot {
  #poll: { readonly id: EntryId; readonly question: string; readonly options: readonly string[] } | null = null;
  #isOpen = false;
  #choices = new Map<PersonId, number>();

  /** @param may whether its author moderates */
  take({ entry: { id, author }, content }: Said, may: boolean): void {
    switch (content.type) {
      case 'poll': {
        if (!may) return;
        const { poll } = content;
        const options = poll?.options.filter((option) => option !== '') ?? [];
        const isPoll = poll !== null && poll.question !== '' && options.length >= LEAST_OPTIONS;
        this.#poll = isPoll ? { id, question: poll.question, options } : null;
        this.#isOpen = true;
        this.#choices = new Map();
        return;
      }
      case 'choose':
        if (!this.#isOpen || this.#poll?.id !== content.entry) return;
        if (content.option < this.#poll.options.length) this.#choices.set(author, content.option);
        return;
      case 'end-poll':
        if (may && this.#poll?.id === content.entry) this.#isOpen = false;
        return;
      default:
    }
  }

  /** @param banned whose votes don't count */
  state(banned: ReadonlyMap<PersonId, unknown>): Poll | null {
    if (!this.#poll) return null;
    const choices = new Map([...this.#choices].filter(([person]) => !banned.has(person)));
    const votes = this.#poll.options.map(() => 0);
    for (const option of choices.values()) votes[option] = (votes[option] ?? 0) + 1;
    const options = this.#poll.options.map((text, at) => ({ text, votes: votes[at] ?? 0 }));
    return { ...this.#poll, options, choices, isOpen: this.#isOpen };
  }
}
