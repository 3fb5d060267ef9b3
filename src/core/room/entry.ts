import * as encoding from 'lib0/encoding';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES, type Signer, type Verification } from '../identity.ts';
import { Reader } from '../wire-reader.ts';

/** Longest content of an entry, bytes (chosen: 500 characters of any script, and a host's lists). */
export const MAX_CONTENT_BYTES = 2048;
/** Version, key, session, time, the length of the content and its signature come on top. */
export const MAX_ENTRY_BYTES = 1 + PUBLIC_KEY_BYTES + 4 + 8 + 2 + MAX_CONTENT_BYTES + SIGNATURE_BYTES;

const VERSION = 1;
/** Keeps what a key signs here apart from chunks and everything else that it may sign. */
const CONTEXT = 'passaparola/room entry/1';
/** The latest time that is believed, ms: the year 9999. */
const MAX_TIME_MS = 253_402_300_799_999;

/** Names a person: the public key in hexadecimal digits. */
export type PersonId = string;
/** Names an entry: the Yjs client, a colon, the clock. */
export type EntryId = string;

/** Where an entry stands in the document: the clock counts the entries of one Yjs client from 0. */
export interface EntryPlace {
  readonly client: number;
  readonly clock: number;
}

/** One entry of the room as its author signed it; the signature is not checked yet. */
export interface Entry extends EntryPlace {
  readonly id: EntryId;
  readonly author: PersonId;
  readonly publicKey: Uint8Array;
  /** Tells the author's pages apart: each writes under a Yjs client of its own. */
  readonly session: number;
  /** By the host's clock, ms since 1970, as the author claims. */
  readonly timeMs: number;
  readonly content: Uint8Array;
  readonly signature: Uint8Array;
  /** All of it, as the document holds it. */
  readonly encoded: Uint8Array;
}

export const entryId = ({ client, clock }: EntryPlace): EntryId => `${client}:${clock}`;

export const personId = (publicKey: Uint8Array): PersonId =>
  Array.from(publicKey, (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * The Yjs client under which a person's page writes: 52 bits of a hash, so nobody can write under another's.
 * @param session 32 bits, drawn anew by each page
 */
export function clientOf(publicKey: Uint8Array, session: number, hash: Verification['hash']): number {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, 'passaparola/room client/1');
  encoding.writeUint8Array(encoder, publicKey);
  encoding.writeUint32(encoder, session);
  const digest = hash(encoding.toUint8Array(encoder));
  let client = 0;
  for (let at = 0; at < 6; at++) client = client * 256 + (digest[at] ?? 0);
  return client * 16 + ((digest[6] ?? 0) & 15);
}

type Signed = Pick<Entry, 'client' | 'clock' | 'timeMs' | 'content'>;

/** What an author signs: an entry holds for one show, one place and one time only. */
export function signedEntryBytes(streamId: string, { client, clock, timeMs, content }: Signed): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, CONTEXT);
  encoding.writeVarString(encoder, streamId);
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, clock);
  encoding.writeVarUint(encoder, timeMs);
  encoding.writeVarUint8Array(encoder, content);
  return encoding.toUint8Array(encoder);
}

/** Signs an entry. @throws whatever the signer throws */
export async function signEntry(
  streamId: string,
  entry: Signed & { readonly session: number },
  signer: Signer,
): Promise<Uint8Array> {
  const signature = await signer.sign(signedEntryBytes(streamId, entry));
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, VERSION);
  encoding.writeUint8Array(encoder, signer.publicKey);
  encoding.writeUint32(encoder, entry.session);
  encoding.writeVarUint(encoder, entry.timeMs);
  encoding.writeVarUint8Array(encoder, entry.content);
  encoding.writeUint8Array(encoder, signature);
  return encoding.toUint8Array(encoder);
}

/** Bytes of a number as lib0 writes it: seven bits each. */
const varBytes = (value: number): number => (value < 128 ? 1 : 1 + varBytes(Math.floor(value / 128)));

/** Whether both say the very same, byte by byte. */
export const isSameEntry = (a: Pick<Entry, 'encoded'>, b: Pick<Entry, 'encoded'>): boolean =>
  a === b || (a.encoded.length === b.encoded.length && a.encoded.every((byte, at) => byte === b.encoded[at]));

/** Reads an entry from its place; null for anything malformed, oversized, or at a place that is not its author's. */
export function decodeEntry(encoded: Uint8Array, place: EntryPlace, hash: Verification['hash']): Entry | null {
  if (encoded.length > MAX_ENTRY_BYTES) return null;
  try {
    const reader = new Reader(encoded);
    if (reader.byte() !== VERSION) return null;
    const publicKey = reader.raw(PUBLIC_KEY_BYTES);
    const session = reader.uint32();
    const timeMs = reader.count(MAX_TIME_MS);
    const content = reader.raw(reader.count(MAX_CONTENT_BYTES));
    const signature = reader.raw(SIGNATURE_BYTES);
    // One way only to write an entry: else whoever passes it on could make a second one of it, as if its author had.
    const bytes = 1 + PUBLIC_KEY_BYTES + 4 + varBytes(timeMs) + varBytes(content.length) + content.length;
    if (encoded.length !== bytes + SIGNATURE_BYTES || clientOf(publicKey, session, hash) !== place.client) return null;
    const { client, clock } = place;
    const [id, author] = [entryId(place), personId(publicKey)];
    return { id, client, clock, author, publicKey, session, timeMs, content, signature, encoded };
  } catch {
    return null; // Malformed, or lib0 at the end of the bytes
  }
}
