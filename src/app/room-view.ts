import type { Signer } from '../core/identity.ts';
import type { Content, Reaction } from '../core/room/content.ts';
import type { PersonId } from '../core/room/entry.ts';
import type { Role, RoomState } from '../core/room/fold.ts';
import type { Observable } from './sessions.ts';

export type { Content, Reaction } from '../core/room/content.ts';
export type { EntryId, PersonId } from '../core/room/entry.ts';
export type { ChatMessage, Person, RoomState } from '../core/room/fold.ts';

/** Who sits at this device. */
export interface OwnPerson {
  readonly signer: Signer;
  /** As chosen; empty until then. */
  readonly name: string;
  /** Keeps a name for all shows. Never rejects. */
  rename(name: string): Promise<void>;
}

/** What the pages see of the room. */
export interface RoomView {
  readonly state: RoomState;
  readonly self: PersonId;
  readonly role: Role;
  /** Empty until this person has chosen one. */
  readonly name: string;
  /** Chat connections that are open; with none, what is written waits here. */
  readonly links: number;
  /** Longest texts, characters. */
  readonly limits: { readonly text: number; readonly name: number };
}

/** Taps that are to rise over the picture now. */
export interface Burst {
  readonly reaction: Reaction;
  readonly count: number;
}

export interface RoomSession extends Observable<RoomView> {
  /** Says or does something; what this person may not do is ignored by everybody, this page included. */
  write(content: Content): void;
  /** One tap; many in a row become one entry. */
  tap(reaction: Reaction): void;
  /** The host's list: separated by commas or lines, cleaned, the first so many that fit. */
  blockWords(list: string): void;
  /** Cleaned and kept for all shows; an empty name changes nothing. */
  rename(name: string): void;
  /** Calls back for everybody's taps, this person's at once; returns the way to stop that. */
  onBurst(listener: (burst: Burst) => void): () => void;
}
