import * as encoding from 'lib0/encoding';
import { PUBLIC_KEY_BYTES } from '../identity.ts';
import { Malformed, Reader } from '../wire-reader.ts';
import {
  type Content,
  MAX_ACQUAINTED,
  MAX_BURST,
  MAX_LINK,
  MAX_NAME,
  MAX_OPTION_TEXT,
  MAX_OPTIONS,
  MAX_PART_BYTES,
  MAX_PICTURE_PARTS,
  MAX_POLL_TEXT,
  MAX_PRICE,
  MAX_SLOW_S,
  MAX_TEXT,
  MAX_WITNESSED,
  MAX_WORD,
  MAX_WORDS,
  REACTIONS,
} from './content.ts';
import { type EntryId, entryId, type EntryPlace, MAX_CONTENT_BYTES, type PersonId, personId } from './entry.ts';

const MAX_CLIENT = 2 ** 52 - 1;
const MAX_CLOCK = 1_000_000;

/** Their order is their number on the wire. */
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
  'picture',
  'product',
  'sold-out',
  'ask',
  'vote',
  'pick',
  'answered',
  'poll',
  'choose',
  'end-poll',
  'acquaint',
  'known-only',
  'let-me-in',
  'join',
  'clips',
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

const writeFlag = (encoder: encoding.Encoder, on: boolean): void => encoding.writeUint8(encoder, on ? 1 : 0);

/** A flag, and what it promises. */
function writeMaybe<T>(encoder: encoding.Encoder, value: T | null, write: (value: T) => void): void {
  writeFlag(encoder, value !== null);
  if (value !== null) write(value);
}

/** The bytes of a content. Values are the caller's own, so they are taken to be in bounds. */
export function encodeContent(content: Content): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, TYPES.indexOf(content.type));
  write(encoder, content);
  return encoding.toUint8Array(encoder);
}

function write(encoder: encoding.Encoder, content: Content): void {
  const text = (words: string): void => encoding.writeVarString(encoder, words);
  const texts = (list: readonly string[]): void => {
    encoding.writeUint8(encoder, list.length);
    list.forEach(text);
  };
  switch (content.type) {
    case 'chat':
      text(content.text);
      writeMaybe(encoder, content.replyTo, (id) => writePlace(encoder, id));
      break;
    case 'react':
      encoding.writeUint8(encoder, REACTIONS.indexOf(content.reaction));
      encoding.writeUint8(encoder, content.count);
      break;
    case 'name':
      text(content.name);
      break;
    case 'ask':
      text(content.text);
      break;
    case 'report':
    case 'end-poll':
      writePlace(encoder, content.entry);
      break;
    case 'witness':
      encoding.writeUint8(encoder, content.seen.length);
      content.seen.forEach((place) => writePlace(encoder, entryId(place)));
      break;
    case 'hide':
    case 'vote':
    case 'answered':
      writePlace(encoder, content.entry);
      writeFlag(encoder, content.on);
      break;
    case 'choose':
      writePlace(encoder, content.entry);
      encoding.writeUint8(encoder, content.option);
      break;
    case 'mute':
    case 'ban':
    case 'moderator':
      writePerson(encoder, content.person);
      writeFlag(encoder, content.on);
      break;
    case 'pin':
    case 'pick':
      writeMaybe(encoder, content.entry, (id) => writePlace(encoder, id));
      break;
    case 'slow':
      encoding.writeVarUint(encoder, content.seconds);
      break;
    case 'close':
    case 'sold-out':
    case 'known-only':
    case 'clips':
      writeFlag(encoder, content.on);
      break;
    case 'words':
      texts(content.words);
      break;
    case 'picture':
      encoding.writeVarUint8Array(encoder, content.bytes);
      break;
    case 'product':
      writeMaybe(encoder, content.product, ({ name, price, link, parts }) => {
        [name, price, link].forEach(text);
        encoding.writeUint8(encoder, parts);
      });
      break;
    case 'poll':
      writeMaybe(encoder, content.poll, ({ question, options }) => {
        text(question);
        texts(options);
      });
      break;
    case 'acquaint':
      encoding.writeUint8(encoder, content.people.length);
      for (const person of content.people) writePerson(encoder, person);
      writeFlag(encoder, content.on);
      break;
    case 'let-me-in':
    case 'join':
  }
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
  const id = (): EntryId => entryId(readPlace(reader));
  const person = (): PersonId => personId(reader.raw(PUBLIC_KEY_BYTES));
  const list = <T>(most: number, one: () => T): T[] => Array.from({ length: reader.byte(most) }, one);
  switch (type) {
    case 'chat':
      return { type, text: readText(reader, MAX_TEXT), replyTo: flag() ? id() : null };
    case 'react': {
      const reaction = REACTIONS[reader.byte(REACTIONS.length - 1)] ?? 'heart';
      return { type, reaction, count: reader.byte(MAX_BURST) };
    }
    case 'name':
      return { type, name: readText(reader, MAX_NAME) };
    case 'ask':
      return { type, text: readText(reader, MAX_TEXT) };
    case 'report':
    case 'end-poll':
      return { type, entry: id() };
    case 'witness':
      return { type, seen: list(MAX_WITNESSED, () => readPlace(reader)) };
    case 'hide':
    case 'vote':
    case 'answered':
      return { type, entry: id(), on: flag() };
    case 'choose':
      return { type, entry: id(), option: reader.byte(MAX_OPTIONS - 1) };
    case 'mute':
    case 'ban':
    case 'moderator':
      return { type, person: person(), on: flag() };
    case 'pin':
    case 'pick':
      return { type, entry: flag() ? id() : null };
    case 'slow':
      return { type, seconds: reader.count(MAX_SLOW_S) };
    case 'close':
    case 'sold-out':
    case 'known-only':
    case 'clips':
      return { type, on: flag() };
    case 'words':
      return { type, words: list(MAX_WORDS, () => readText(reader, MAX_WORD)) };
    case 'picture':
      return { type, bytes: reader.raw(reader.count(MAX_PART_BYTES)) };
    case 'product': {
      if (!flag()) return { type, product: null };
      const [name, price] = [readText(reader, MAX_NAME), readText(reader, MAX_PRICE)];
      return {
        type,
        product: { name, price, link: readText(reader, MAX_LINK), parts: reader.byte(MAX_PICTURE_PARTS) },
      };
    }
    case 'poll': {
      if (!flag()) return { type, poll: null };
      const question = readText(reader, MAX_POLL_TEXT);
      return { type, poll: { question, options: list(MAX_OPTIONS, () => readText(reader, MAX_OPTION_TEXT)) } };
    }
    case 'acquaint':
      return { type, people: list(MAX_ACQUAINTED, person), on: flag() };
    case 'let-me-in':
    case 'join':
      return { type };
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
