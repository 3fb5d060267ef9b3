import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/** Longest message taken, bytes: every browser's data channel carries this much. */
export const MAX_SYNC_BYTES = 256 * 1024;

/** y-webrtc's number for y-protocols' sync messages; the others are about awareness, which the room does without. */
const SYNC = 0;
/** What y-protocols calls sync step 1, sync step 2 and update. */
const KINDS = ['ask', 'answer', 'update'] as const;

/** A message of a chat connection: `ask` carries a state vector, the others an update. */
export interface SyncMessage {
  readonly kind: (typeof KINDS)[number];
  readonly bytes: Uint8Array;
}

/** As y-webrtc and y-protocols write it. */
export function encodeSyncMessage({ kind, bytes }: SyncMessage): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  encoding.writeVarUint(encoder, KINDS.indexOf(kind));
  encoding.writeVarUint8Array(encoder, bytes);
  return encoding.toUint8Array(encoder);
}

/** Null for everything else. Never throws. */
export function decodeSyncMessage(message: Uint8Array): SyncMessage | null {
  if (message.length > MAX_SYNC_BYTES) return null;
  try {
    const decoder = decoding.createDecoder(message);
    const isSync = decoding.readVarUint(decoder) === SYNC;
    const kind = KINDS[decoding.readVarUint(decoder)];
    const bytes = decoding.readVarUint8Array(decoder);
    return isSync && kind !== undefined && !decoding.hasContent(decoder) ? { kind, bytes } : null;
  } catch {
    return null;
  }
}
