import * as encoding from 'lib0/encoding';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from '../identity.ts';
import { MAX_SIGNAL_BYTES, type PeerId } from '../messages.ts';
import { Malformed, Reader } from '../wire-reader.ts';
import { MAX_ENTRY_BYTES } from './entry.ts';
import { DIGEST_BYTES } from './ledger.ts';
import type { PlacedEntry } from './update-wire.ts';

/** A ban rests on the entry that says it, and on the one that made its author a moderator. */
const MAX_PROOF = 2;
const MAX_COUNT = 1_000_000;

/** What the rooms of two mesh neighbours say to each other over the mesh. */
export type RoomMessage =
  /** What one has of before `untilS` (Unix time): same digest, same entries. `links`: chat connections that are open. */
  | { readonly type: 'state'; readonly untilS: number; readonly digest: Uint8Array; readonly links: number }
  /** For a chat connection: a session description or candidate. */
  | { readonly type: 'signal'; readonly data: string }
  /** "I am this person": signed for exactly these two pages. */
  | { readonly type: 'who'; readonly publicKey: Uint8Array; readonly signature: Uint8Array }
  /** "You are banned, and here it stands." */
  | { readonly type: 'out'; readonly proof: readonly PlacedEntry[] }
  /** "I have no room for a chat connection with you": the answer to a call. */
  | { readonly type: 'full' }
  /** "Somebody signed both of these for the same place." */
  | { readonly type: 'fork'; readonly proof: readonly PlacedEntry[] };

const TYPES = ['state', 'signal', 'who', 'out', 'fork', 'full'] as const satisfies readonly RoomMessage['type'][];

/** Values are the caller's own, so they are taken to be in bounds. */
export function encodeRoomMessage(message: RoomMessage): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, TYPES.indexOf(message.type));
  switch (message.type) {
    case 'state':
      encoding.writeUint32(encoder, message.untilS);
      encoding.writeUint8Array(encoder, message.digest);
      encoding.writeUint8(encoder, message.links);
      break;
    case 'signal':
      encoding.writeVarString(encoder, message.data);
      break;
    case 'who':
      encoding.writeUint8Array(encoder, message.publicKey);
      encoding.writeUint8Array(encoder, message.signature);
      break;
    case 'full':
      break;
    case 'out':
    case 'fork':
      encoding.writeUint8(encoder, message.proof.length);
      for (const { client, clock, encoded } of message.proof) {
        encoding.writeVarUint(encoder, client);
        encoding.writeVarUint(encoder, clock);
        encoding.writeVarUint8Array(encoder, encoded);
      }
      break;
  }
  return encoding.toUint8Array(encoder);
}

function read(type: RoomMessage['type'], reader: Reader): RoomMessage {
  switch (type) {
    case 'full':
      return { type };
    case 'state':
      return { type, untilS: reader.uint32(), digest: reader.raw(DIGEST_BYTES), links: reader.byte() };
    case 'signal':
      return { type, data: reader.text(MAX_SIGNAL_BYTES) };
    case 'who':
      return { type, publicKey: reader.raw(PUBLIC_KEY_BYTES), signature: reader.raw(SIGNATURE_BYTES) };
    case 'out':
    case 'fork': {
      const entry = (): PlacedEntry => ({
        client: reader.count(Number.MAX_SAFE_INTEGER),
        clock: reader.count(MAX_COUNT),
        encoded: reader.raw(reader.count(MAX_ENTRY_BYTES)),
      });
      return { type, proof: Array.from({ length: reader.byte(MAX_PROOF) }, entry) };
    }
  }
}

/** Null for anything malformed, oversized, or with bytes left over. */
export function decodeRoomMessage(bytes: Uint8Array): RoomMessage | null {
  try {
    const reader = new Reader(bytes);
    const type = TYPES[reader.byte()];
    if (type === undefined) return null;
    const message = read(type, reader);
    if (reader.left > 0) throw new Malformed('bytes left over');
    return message;
  } catch {
    return null; // Malformed, or lib0 at the end of the bytes
  }
}

/** What a page signs to show a neighbour who it is: of no use to anybody else, or between any other two pages. */
export function whoBytes(streamId: string, from: PeerId, to: PeerId): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const part of ['passaparola/who/1', streamId, from, to]) encoding.writeVarString(encoder, part);
  return encoding.toUint8Array(encoder);
}
