import type { EntryId, PersonId } from './entry.ts';
import type { Moderation } from './moderation.ts';
import type { Said } from './witness.ts';

/** What a viewer wants to know of the host. */
export interface Question {
  readonly id: EntryId;
  readonly author: PersonId;
  readonly text: string;
  /** Others who want to know it, too. */
  readonly voters: ReadonlySet<PersonId>;
  readonly isAnswered: boolean;
  /** Only those who moderate see it. */
  readonly isHidden: boolean;
}

interface Asked {
  readonly id: EntryId;
  readonly author: PersonId;
  readonly text: string;
  /** There is a blocked word in it. */
  readonly isBlocked: boolean;
  readonly voters: Set<PersonId>;
}

/** The questions of a room, taken in order. */
export class Questions {
  readonly #asked = new Map<EntryId, Asked>();
  readonly #answered = new Set<EntryId>();
  #picked: EntryId | null = null;

  /**
   * @param may whether its author moderates
   * @param isBlocked whether there is a blocked word in it
   */
  take({ entry: { id, author }, content }: Said, may: boolean, isBlocked: boolean): void {
    switch (content.type) {
      case 'ask':
        if (content.text !== '') this.#asked.set(id, { id, author, text: content.text, isBlocked, voters: new Set() });
        return;
      case 'vote': {
        const question = this.#asked.get(content.entry);
        if (!question || question.author === author) return;
        if (content.on) question.voters.add(author);
        else question.voters.delete(author);
        return;
      }
      case 'pick':
        if (!may) return;
        this.#picked = content.entry;
        if (content.entry !== null) this.#answered.delete(content.entry);
        return;
      case 'answered':
        if (!may) return;
        if (!content.on) this.#answered.delete(content.entry);
        else {
          this.#answered.add(content.entry);
          if (this.#picked === content.entry) this.#picked = null;
        }
        return;
      default:
    }
  }

  /** Open ones first, those that most want answered before the others; of equals the earlier one. */
  list({ banned, hidden }: Moderation): Question[] {
    const questions = [...this.#asked.values()]
      .filter(({ author }) => !banned.has(author))
      .map(({ isBlocked, voters, ...asked }) => ({
        ...asked,
        voters: new Set([...voters].filter((voter) => !banned.has(voter))),
        isAnswered: this.#answered.has(asked.id),
        isHidden: hidden.get(asked.id) ?? isBlocked,
      }));
    const rank = ({ isAnswered }: Question): number => (isAnswered ? 1 : 0);
    return questions.sort((a, b) => rank(a) - rank(b) || b.voters.size - a.voters.size);
  }

  /** The one that stands over the picture. */
  onAir(list: readonly Question[]): Question | null {
    return list.find(({ id, isHidden }) => id === this.#picked && !isHidden) ?? null;
  }
}
