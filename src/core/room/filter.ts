import type { Verification } from '../identity.ts';
import { decodeEntry, type Entry, type EntryPlace } from './entry.ts';

/** Most structs in one update (chosen: a part of a long history has about 200). */
export const MAX_STRUCTS = 4096;

/** One struct of a Yjs update, as decoded and before anything of it is believed. */
export interface RawStruct extends EntryPlace {
  /** The bytes of a lone binary item; null for every other kind of struct or content. */
  readonly binary: Uint8Array | null;
  /** What it says to come behind. */
  readonly origin: EntryPlace | null;
  /** It says to come before something. */
  readonly hasRightOrigin: boolean;
  /** Name of the list that it opens; null when that follows from `origin`, or is something else. */
  readonly list: string | null;
  /** It sits under a key, as in a map. */
  readonly hasKey: boolean;
}

/** A decoded Yjs update. */
export interface RawUpdate {
  readonly structs: readonly RawStruct[];
  /** It deletes something, whatever it is. */
  readonly deletes: boolean;
}

/** Each Yjs client writes into a list of its own, so an entry's neighbours are its author's own entries. */
export const listOf = (client: number): string => client.toString(36);

/**
 * The filter in front of the document. There is one way only to write an entry: appended to the list of its own client,
 * behind that client's previous entry. So nobody who passes an entry on can change where it stands.
 * @param isKnown whether an entry is here already, byte by byte; such are left out before anything costs work
 * @returns the other entries, whose signatures are still to be checked, or null when an honest neighbour never sends this
 */
export function entriesOf(
  { structs, deletes }: RawUpdate,
  hash: Verification['hash'],
  isKnown: (place: EntryPlace, encoded: Uint8Array) => boolean,
): Entry[] | null {
  if (deletes || structs.length > MAX_STRUCTS) return null;
  const entries: Entry[] = [];
  for (const struct of structs) {
    if (!isAppended(struct) || !struct.binary) return null;
    if (isKnown(struct, struct.binary)) continue;
    const entry = decodeEntry(struct.binary, struct, hash);
    if (!entry) return null;
    entries.push(entry);
  }
  return entries;
}

function isAppended({ client, clock, origin, hasRightOrigin, list, hasKey }: RawStruct): boolean {
  if (hasRightOrigin || hasKey) return false;
  if (clock === 0) return origin === null && list === listOf(client);
  return list === null && origin?.client === client && origin.clock === clock - 1;
}
