import { cutChunk, type CutChunk } from '../../../src/core/chunk.ts';
import { SIGNATURE_BYTES } from '../../../src/core/identity.ts';

/** A key chunk each second (the app's own interval). */
const KEY_INTERVAL_MS = 1_000;
/** A key chunk has so many times the bytes of an average one, if the group is long enough (chosen: talking heads). */
const KEY_TIMES = 2.8;
/** From the last frame's capture to the chunk in the mesh, ms (measured: packets come 25 ms after their frame). */
const ENCODE_MS = 25;
/** As real ones have it in their headers. */
const CODECS = 'avc1.42e01f,opus';

/** Signatures and hashes are blank, as long as real ones; all chunks share the same bytes. */
const SIGNER = { publicKey: new Uint8Array(32), sign: () => Promise.resolve(new Uint8Array(SIGNATURE_BYTES)) };
const hash = (): Uint8Array => new Uint8Array(32);
const BYTES = new Uint8Array(1 << 20);
const blanks = new Map<number, Uint8Array>();

/** So many bytes, always the same ones: whoever compares two pieces sees at once that they are alike. */
export function blank(length: number): Uint8Array {
  const bytes = blanks.get(length) ?? BYTES.subarray(0, length);
  blanks.set(length, bytes);
  return bytes;
}

/** The chunk as the host signs it with so many watching: its signature is blank anyway. */
export const counted = ({ header, pieces }: CutChunk, viewers: number): CutChunk => ({
  header: { ...header, viewers },
  pieces,
});

export interface ShowOptions {
  readonly bitrate: number;
  readonly chunkMs: number;
  /** When the encoder starts, ms; a whole second. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A chunk and when it exists. */
export interface Shot {
  readonly chunk: CutChunk;
  /** Capture of its first frame, ms. */
  readonly capturedMs: number;
  /** The encoder hands it over, ms. */
  readonly publishedMs: number;
}

/** All chunks of one encoding session. */
export async function shoot({ bitrate, chunkMs, fromMs, toMs }: ShowOptions): Promise<Shot[]> {
  const group = Math.max(1, Math.round(KEY_INTERVAL_MS / chunkMs));
  const keyTimes = group === 1 ? 1 : Math.min(KEY_TIMES, group / 2);
  const deltaTimes = group === 1 ? 1 : (group - keyTimes) / (group - 1);
  const shots: Shot[] = [];
  for (let capturedMs = fromMs; capturedMs + chunkMs <= toMs; capturedMs += chunkMs) {
    const sequence = shots.length;
    const sinceKey = sequence % group;
    const size = Math.round(((bitrate / 8000) * chunkMs * (sinceKey === 0 ? keyTimes : deltaTimes)) | 0);
    const media = { captureMs: capturedMs - fromMs, durationMs: chunkMs, bytes: BYTES.subarray(0, Math.max(1, size)) };
    const kind = sinceKey === 0 ? ({ kind: 'key', codecs: CODECS } as const) : ({ kind: 'delta', codecs: '' } as const);
    const epochS = Math.floor(fromMs / 1000);
    const place = { streamId: 'simulated', epochS, sequence, sinceKey, viewers: 0 };
    const { header, pieces } = await cutChunk({ ...media, ...kind }, place, SIGNER, hash);
    const chunk = { header, pieces: pieces.map(({ length }) => blank(length)) };
    shots.push({ chunk, capturedMs, publishedMs: capturedMs + chunkMs + ENCODE_MS });
  }
  return shots;
}
