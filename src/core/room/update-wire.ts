import * as encoding from 'lib0/encoding';
import type { EntryPlace } from './entry.ts';
import { listOf } from './filter.ts';

/** An entry as far as the document is concerned. */
export interface PlacedEntry extends EntryPlace {
  readonly encoded: Uint8Array;
}

/** `ContentBinary`, and the flag of an item with an origin. @see yjs, `Item.write` and `UpdateEncoderV1` */
const BINARY = 3;
const HAS_ORIGIN = 0x80;

/**
 * A Yjs update (version 1) with these entries and nothing else, written the one way that the filter admits.
 * @param entries those of a client one behind the other, clocks without gaps
 */
export function encodeUpdate(entries: readonly PlacedEntry[]): Uint8Array {
  const runs = new Map<number, PlacedEntry[]>();
  for (const entry of entries) {
    const run = runs.get(entry.client);
    if (run) run.push(entry);
    else runs.set(entry.client, [entry]);
  }
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, runs.size);
  // Yjs reads the highest client first.
  for (const [client, run] of [...runs].sort(([a], [b]) => b - a)) {
    encoding.writeVarUint(encoder, run.length);
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, run[0]?.clock ?? 0);
    for (const { clock, encoded } of run) {
      encoding.writeUint8(encoder, clock === 0 ? BINARY : BINARY | HAS_ORIGIN);
      if (clock === 0) {
        encoding.writeVarUint(encoder, 1);
        encoding.writeVarString(encoder, listOf(client));
      } else {
        encoding.writeVarUint(encoder, client);
        encoding.writeVarUint(encoder, clock - 1);
      }
      encoding.writeVarUint8Array(encoder, encoded);
    }
  }
  encoding.writeVarUint(encoder, 0); // deletes nothing
  return encoding.toUint8Array(encoder);
}
