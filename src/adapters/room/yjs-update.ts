import * as Y from 'yjs';
import type { EntryPlace } from '../../core/room/entry.ts';
import type { RawStruct, RawUpdate } from '../../core/room/filter.ts';

const placeOf = ({ client, clock }: Y.ID): EntryPlace => ({ client, clock });

function rawStruct(struct: Y.Item | Y.AbstractStruct): RawStruct {
  const { client, clock } = struct.id;
  // Yjs' types promise what its decoder does not: the parent of a decoded item may also be a name, an id or nothing.
  const item = struct instanceof Y.Item ? struct : null;
  const content: unknown = item?.content;
  const parent: unknown = item?.parent;
  return {
    client,
    clock,
    binary: content instanceof Y.ContentBinary ? content.content : null,
    origin: item?.origin ? placeOf(item.origin) : null,
    hasRightOrigin: item !== null && item.rightOrigin !== null,
    list: typeof parent === 'string' ? parent : null,
    hasKey: item !== null && item.parentSub !== null,
  };
}

/** Decodes a Yjs update (version 1) as far as the filter needs it; null for what Yjs can't read. Never throws. */
export function decodeYjsUpdate(update: Uint8Array): RawUpdate | null {
  try {
    const { structs, ds } = Y.decodeUpdate(update);
    return { structs: structs.map(rawStruct), deletes: ds.clients.size > 0 };
  } catch {
    return null;
  }
}
