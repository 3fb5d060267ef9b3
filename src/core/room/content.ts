import type { EntryId, EntryPlace, PersonId } from './entry.ts';

/** Longest texts, characters (chosen: a few sentences; a full name; a word). */
export const MAX_TEXT = 500;
export const MAX_NAME = 32;
export const MAX_WORD = 40;
/** Reactions, the heart first. Their order is their number on the wire. */
export const REACTIONS = ['heart', 'clap', 'laugh', 'wow', 'fire'] as const;
export type Reaction = (typeof REACTIONS)[number];
/** Taps that one entry may stand for (chosen: two thumbs manage about ten a second, and an entry is two seconds at most). */
export const MAX_BURST = 40;
/** Places in one witness (chosen: 13 bytes each). */
export const MAX_WITNESSED = 120;
/** Blocked words in force (chosen: what fits an entry). */
export const MAX_WORDS = 40;
/** Slowest pace of the chat, seconds between two messages of one person. */
export const MAX_SLOW_S = 600;
/** Longest price on a product card, characters (chosen: an amount, its currency, and a word). */
export const MAX_PRICE = 24;
/** Longest address on it, characters (chosen: a shop's deep link). */
export const MAX_LINK = 300;
/** A picture travels in so many entries at most, each of so many bytes (chosen: 256 × 256 pixels of JPEG; a third of the pace). */
export const MAX_PICTURE_PARTS = 6;
export const MAX_PART_BYTES = 2_000;
/** Longest question of a poll and answer to it, characters, and how many answers (chosen: what fits an entry in any script). */
export const MAX_POLL_TEXT = 120;
export const MAX_OPTION_TEXT = 50;
export const MAX_OPTIONS = 6;
/** People in one `acquaint` (chosen: 32 bytes each). */
export const MAX_ACQUAINTED = 60;

/** The words of a product card. */
export interface ProductText {
  readonly name: string;
  /** As the host writes it, with its currency; may be empty. */
  readonly price: string;
  /** An address that is not checked here; may be empty. */
  readonly link: string;
}

export interface PollText {
  readonly question: string;
  readonly options: readonly string[];
}

/** What people do in a room. Everybody may chat, react and take a name; the rest counts when who may does it. */
export type Content =
  | { readonly type: 'chat'; readonly text: string; readonly replyTo: EntryId | null }
  | { readonly type: 'react'; readonly reaction: Reaction; readonly count: number }
  | { readonly type: 'name'; readonly name: string }
  /** "Please look at this message", for the host's eyes. */
  | { readonly type: 'report'; readonly entry: EntryId }
  /** The host has seen these clients' entries up to these counts: whatever comes later is later. */
  | { readonly type: 'witness'; readonly seen: readonly EntryPlace[] }
  | { readonly type: 'hide'; readonly entry: EntryId; readonly on: boolean }
  /** A muted person writes no more; a banned one is out, with everything that was written. */
  | { readonly type: 'mute' | 'ban'; readonly person: PersonId; readonly on: boolean }
  /** May hide, mute, ban and pin. Only the host says so. */
  | { readonly type: 'moderator'; readonly person: PersonId; readonly on: boolean }
  | { readonly type: 'pin'; readonly entry: EntryId | null }
  /** Least time between two messages of one person, seconds; 0: no limit. */
  | { readonly type: 'slow'; readonly seconds: number }
  | { readonly type: 'close'; readonly on: boolean }
  | { readonly type: 'words'; readonly words: readonly string[] }
  /** A part of a picture; the entry that shows it says how many of the entries right before it are its parts. */
  | { readonly type: 'picture'; readonly bytes: Uint8Array }
  /** The product card over everybody's picture; null takes it away. */
  | { readonly type: 'product'; readonly product: (ProductText & { readonly parts: number }) | null }
  | { readonly type: 'sold-out'; readonly on: boolean }
  /** A question to the host, for which others may vote. */
  | { readonly type: 'ask'; readonly text: string }
  | { readonly type: 'vote'; readonly entry: EntryId; readonly on: boolean }
  /** The question that the host answers now; null: none. */
  | { readonly type: 'pick'; readonly entry: EntryId | null }
  | { readonly type: 'answered'; readonly entry: EntryId; readonly on: boolean }
  /** A new poll takes the place of the one before; null takes it away. */
  | { readonly type: 'poll'; readonly poll: PollText | null }
  | { readonly type: 'choose'; readonly entry: EntryId; readonly option: number }
  | { readonly type: 'end-poll'; readonly entry: EntryId }
  /** These people may write when only people that the host knows may. */
  | { readonly type: 'acquaint'; readonly people: readonly PersonId[]; readonly on: boolean }
  | { readonly type: 'known-only'; readonly on: boolean }
  /** Viewers may keep the last seconds of the show. Only the host says so. */
  | { readonly type: 'clips'; readonly on: boolean }
  /** "May I write, too?" */
  | { readonly type: 'let-me-in' }
  /** "I am here", for small rooms. */
  | { readonly type: 'join' };
