import { initLength } from '../fmp4/fragment-reader.ts';
import type { RecordedChunk } from './chunk-group.ts';

/** What a group's key chunk begins with, and for which decoders; null when the group has none. */
export function initOf(
  chunks: readonly RecordedChunk[],
): { readonly codecs: string; readonly bytes: Uint8Array } | null {
  const first = chunks[0];
  if (first?.header.kind !== 'key') return null;
  return { codecs: first.header.codecs, bytes: first.bytes.slice(0, initLength(first.bytes)) };
}
