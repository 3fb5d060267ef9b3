import type { Verification } from '../core/identity.ts';
import { type Entry, isSameEntry } from '../core/room/entry.ts';
import type { Ledger } from '../core/room/ledger.ts';
import type { PlacedEntry } from '../core/room/update-wire.ts';
import { readShown } from './shown-entries.ts';

/** Authors expelled in one show (chosen: each costs everybody two entries; keys are free, so there has to be an end). */
const MAX_FORKS = 256;
/** Proofs told to one neighbour at a time (chosen: sixteen a second are far below what neighbours may say). */
export const FORKS_AT_ONCE = 4;

export interface ForksContext {
  readonly streamId: string;
  readonly verification: Verification;
  readonly ledger: Ledger;
  /** Somebody's entries are gone. */
  readonly onExpelled: () => void;
}

/**
 * Authors who signed two entries for one place, and so would show one to some and the other to others. Both entries
 * together prove it, so whoever sees both passes them on, and everybody takes out all that this author ever said: the
 * same room for all, whichever of the two came first.
 * @see Li et al., SUNDR (OSDI 2004): forks are found by whoever sees both sides
 */
export class Forks {
  readonly #proofs: (readonly [Entry, Entry])[] = [];

  constructor(private readonly context: ForksContext) {}

  get count(): number {
    return this.#proofs.length;
  }

  /** The next proofs for somebody who was told so many. */
  since(told: number): readonly (readonly [Entry, Entry])[] {
    return this.#proofs.slice(told, told + FORKS_AT_ONCE);
  }

  /** Both are checked, of one author and one place, and differ. */
  found(one: Entry, other: Entry): void {
    const { ledger, onExpelled } = this.context;
    if (ledger.isExpelled(one.author) || this.#proofs.length >= MAX_FORKS) return;
    ledger.expel(one.author);
    this.#proofs.push([one, other]);
    onExpelled();
  }

  /** A neighbour shows one. @returns false when it proves nothing: no honest neighbour passes such a thing on */
  async shown(proof: readonly PlacedEntry[]): Promise<boolean> {
    if (this.#proofs.length >= MAX_FORKS) return true;
    const { streamId, verification } = this.context;
    const entries = await readShown(proof, streamId, verification);
    const [one, other] = entries ?? [];
    if (!one || other?.id !== one.id || isSameEntry(one, other)) return false;
    this.found(one, other);
    return true;
  }
}
