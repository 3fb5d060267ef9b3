import * as encoding from 'lib0/encoding';
import { PUBLIC_KEY_BYTES } from '../identity.ts';
import { Malformed, Reader } from '../wire-reader.ts';
import { type EntryId, entryId, type EntryPlace, MAX_CONTENT_BYTES, type PersonId, personId } from './entry.ts';

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

const MAX_CLIENT = 2 ** 52 - 1;
const MAX_CLOCK = 1_000_000;

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
  | { readonly type: 'words'; readonly words: readonly string[] };

const TYPES = [
  'chat',
  'react',
  'name',
  'report',
  'witness',
  'hide',
  'mute',
  'ban',
  'moderator',
  'pin',
  'slow',
  'close',
  'words',
] as const satisfies readonly Content['type'][];

function writePlace(encoder: encoding.Encoder, id: EntryId): void {
  const [client = 0, clock = 0] = id.split(':').map(Number);
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, clock);
}

function writePerson(encoder: encoding.Encoder, person: PersonId): void {
  for (let at = 0; at < person.length; at += 2) {
    encoding.writeUint8(encoder, Number.parseInt(person.slice(at, at + 2), 16));
  }
}

/** The bytes of a content. Values are the caller's own, so they are taken to be in bounds. */
export function encodeContent(content: Content): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, TYPES.indexOf(content.type));
  switch (content.type) {
    case 'chat':
      encoding.writeVarString(encoder, content.text);
      encoding.writeUint8(encoder, content.replyTo === null ? 0 : 1);
      if (content.replyTo !== null) writePlace(encoder, content.replyTo);
      break;
    case 'react':
      encoding.writeUint8(encoder, REACTIONS.indexOf(content.reaction));
      encoding.writeUint8(encoder, content.count);
      break;
    case 'name':
      encoding.writeVarString(encoder, content.name);
      break;
    case 'report':
      writePlace(encoder, content.entry);
      break;
    case 'witness':
      encoding.writeUint8(encoder, content.seen.length);
      for (const place of content.seen) writePlace(encoder, entryId(place));
      break;
    case 'hide':
      writePlace(encoder, content.entry);
      encoding.writeUint8(encoder, content.on ? 1 : 0);
      break;
    case 'mute':
    case 'ban':
    case 'moderator':
      writePerson(encoder, content.person);
      encoding.writeUint8(encoder, content.on ? 1 : 0);
      break;
    case 'pin':
      encoding.writeUint8(encoder, content.entry === null ? 0 : 1);
      if (content.entry !== null) writePlace(encoder, content.entry);
      break;
    case 'slow':
      encoding.writeVarUint(encoder, content.seconds);
      break;
    case 'close':
      encoding.writeUint8(encoder, content.on ? 1 : 0);
      break;
    case 'words':
      encoding.writeUint8(encoder, content.words.length);
      for (const word of content.words) encoding.writeVarString(encoder, word);
      break;
  }
  return encoding.toUint8Array(encoder);
}

/** UTF-8 takes at most four bytes for a character. */
const readText = (reader: Reader, most: number): string => {
  const text = reader.text(4 * most);
  if (Array.from(text).length > most) throw new Malformed('too long');
  return text;
};

const readPlace = (reader: Reader): EntryPlace => ({
  client: reader.count(MAX_CLIENT),
  clock: reader.count(MAX_CLOCK),
});

function read(type: Content['type'], reader: Reader): Content {
  const flag = (): boolean => reader.byte(1) === 1;
  switch (type) {
    case 'chat':
      return { type, text: readText(reader, MAX_TEXT), replyTo: flag() ? entryId(readPlace(reader)) : null };
    case 'react': {
      const reaction = REACTIONS[reader.byte(REACTIONS.length - 1)] ?? 'heart';
      return { type, reaction, count: reader.byte(MAX_BURST) };
    }
    case 'name':
      return { type, name: readText(reader, MAX_NAME) };
    case 'report':
      return { type, entry: entryId(readPlace(reader)) };
    case 'witness':
      return { type, seen: Array.from({ length: reader.byte(MAX_WITNESSED) }, () => readPlace(reader)) };
    case 'hide':
      return { type, entry: entryId(readPlace(reader)), on: flag() };
    case 'mute':
    case 'ban':
    case 'moderator':
      return { type, person: personId(reader.raw(PUBLIC_KEY_BYTES)), on: flag() };
    case 'pin':
      return { type, entry: flag() ? entryId(readPlace(reader)) : null };
    case 'slow':
      return { type, seconds: reader.count(MAX_SLOW_S) };
    case 'close':
      return { type, on: flag() };
    case 'words':
      return { type, words: Array.from({ length: reader.byte(MAX_WORDS) }, () => readText(reader, MAX_WORD)) };
  }
}

/** Reads what an entry says; null for anything malformed or out of bounds, and for kinds of a later version. */
export function decodeContent(bytes: Uint8Array): Content | null {
  if (bytes.length > MAX_CONTENT_BYTES) return null;
  try {
    const reader = new Reader(bytes);
    const type = TYPES[reader.byte()];
    if (type === undefined) return null;
    const content = read(type, reader);
    return reader.left === 0 ? content : null;
  } catch {
    return null; // Malformed, or lib0 at the end of the bytes
  }
}
