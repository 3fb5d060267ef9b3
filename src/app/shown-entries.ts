import type { Verification } from '../core/identity.ts';
import { decodeEntry, type Entry, signedEntryBytes } from '../core/room/entry.ts';
import type { PlacedEntry } from '../core/room/update-wire.ts';

/** Reads entries that a neighbour shows as a proof, and checks them; null when one of them is none, or not signed. */
export async function readShown(
  shown: readonly PlacedEntry[],
  streamId: string,
  verification: Verification,
): Promise<Entry[] | null> {
  const entries: Entry[] = [];
  for (const { encoded, ...place } of shown) {
    const entry = decodeEntry(encoded, place, (bytes) => verification.hash(bytes));
    if (!entry) return null;
    const signed = signedEntryBytes(streamId, entry);
    if (!(await verification.verify(entry.signature, signed, entry.publicKey))) return null;
    entries.push(entry);
  }
  return entries;
}
