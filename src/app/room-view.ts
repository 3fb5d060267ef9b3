import type { Signer } from '../core/identity.ts';
import type { Content, PollText, ProductText, Reaction } from '../core/room/content.ts';
import type { PersonId } from '../core/room/entry.ts';
import type { Role, RoomState } from '../core/room/fold.ts';
import type { Observable } from './sessions.ts';

export type { Content, ProductText, Reaction } from '../core/room/content.ts';
export type { EntryId, PersonId } from '../core/room/entry.ts';
export type { ChatMessage, Person, RoomState } from '../core/room/fold.ts';
export type { Poll } from '../core/room/poll.ts';
export type { Product } from '../core/room/product.ts';
export type { Question } from '../core/room/questions.ts';

/** Who sits at this device. */
export interface OwnPerson {
  readonly signer: Signer;
  /** As chosen; empty until then. */
  readonly name: string;
  /** Keeps a name for all shows. Never rejects. */
  rename(name: string): Promise<void>;
}

/** People that this device remembers, in all shows; what can't be kept lasts as long as the page. */
export interface PeopleList {
  has(person: PersonId): boolean;
  all(): readonly PersonId[];
  set(person: PersonId, on: boolean): void;
}

/**
 * Makes a JPEG of any picture that the browser can read, at most so many bytes, in the room's bounds of size.
 * @throws ProblemError 'picture-unreadable'
 */
export type SmallPicture = (file: Blob, mostBytes: number) => Promise<Uint8Array>;

/** The card that a host fills in. */
export interface ProductDraft extends ProductText {
  /** Made by `smallPicture`. */
  readonly picture: Uint8Array | null;
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
  /** So few people are here that one may hear of each who joins. */
  readonly isSmall: boolean;
  readonly limits: RoomLimits;
}

/** Longest texts, characters, and most answers of a poll. */
export interface RoomLimits {
  readonly text: number;
  readonly name: number;
  readonly price: number;
  readonly link: number;
  readonly poll: number;
  readonly option: number;
  readonly options: number;
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
  /** Over everybody's picture; null takes it away. */
  showProduct(product: ProductDraft | null): void;
  /** A picture for `showProduct`. @throws ProblemError 'picture-unreadable' */
  smallPicture(file: Blob): Promise<Uint8Array>;
  /** Asks everybody; empty answers are left out. */
  openPoll(poll: PollText): void;
  /** These people may write when only people that the host knows may; the host's device remembers them. */
  acquaint(people: readonly PersonId[], on: boolean): void;
  /** Only people that the host knows may write: those of this show, and for a host those of former ones. */
  setKnownOnly(on: boolean): void;
  /** Whom this person does not want to see. */
  readonly ignored: PeopleList;
  /** Cleaned and kept for all shows; an empty name changes nothing. */
  rename(name: string): void;
  /** Calls back for everybody's taps, this person's at once; returns the way to stop that. */
  onBurst(listener: (burst: Burst) => void): () => void;
}
