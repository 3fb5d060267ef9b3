import * as encoding from 'lib0/encoding';
import { encodeUtf8 } from 'lib0/string';
import { isParity, MAX_CODECS_CHARS, pieceRange } from '../chunk.ts';
import { SIGNATURE_BYTES, type Signer, type Verification } from '../identity.ts';
import type { RecordedChunk } from '../recording/chunk-group.ts';
import type { Verifier } from '../verifier.ts';
import { Reader } from '../wire-reader.ts';

/** A stretch of what a show was until now: the chunks from one key picture to the next. What is asked for and sent at once. */
export interface PastRun {
  /** Its first chunk. */
  readonly epochS: number;
  readonly sequence: number;
  /** In the recording, ms; and recording time minus capture time. */
  readonly startMs: number;
  readonly endMs: number;
  readonly shiftMs: number;
  /** As it travels: `packGroup` of its chunks. */
  readonly bytes: number;
  /** RFC 6381, picture first. */
  readonly codecs: string;
}

/** Runs of a show (chosen: eight hours of pictures that begin anew each second), and bytes of one (chosen: as a stored group). */
export const MAX_RUNS = 30_000;
export const MAX_RUN_BYTES = 12 * 1024 * 1024;
/** Longest index, signed, bytes: about 18 each. */
export const MAX_INDEX_BYTES = 32 * MAX_RUNS;
const MAX_MS = 2 ** 40;

const CONTEXT = encodeUtf8('passaparola past\n');

/** What the host signs: which show, and everything that its past consists of. */
function signedBytes(streamId: string, content: Uint8Array): Uint8Array {
  const stream = encodeUtf8(`${streamId}\n`);
  const bytes = new Uint8Array(CONTEXT.length + stream.length + content.length);
  bytes.set(CONTEXT);
  bytes.set(stream, CONTEXT.length);
  bytes.set(content, CONTEXT.length + stream.length);
  return bytes;
}

/** What a show was, all of it or so far. */
export interface PastShow {
  /** The host's session that it ended in, or is in: what ended in an earlier one is of another show under the same link. */
  readonly epochS: number;
  /** False while there will be more of it. */
  readonly isOver: boolean;
  readonly runs: readonly PastRun[];
}

/** The index of a show's past, signed by its host: nobody else can say what belongs to it. */
export async function signIndex(
  { epochS, isOver, runs }: PastShow,
  streamId: string,
  signer: Signer,
): Promise<Uint8Array> {
  const encoder = encoding.createEncoder();
  encoding.writeUint32(encoder, epochS);
  encoding.writeUint8(encoder, isOver ? 1 : 0);
  encoding.writeVarUint(encoder, runs.length);
  let codecs = '';
  for (const run of runs) {
    encoding.writeUint8(encoder, run.codecs === codecs ? 0 : 1);
    if (run.codecs !== codecs) encoding.writeVarString(encoder, run.codecs);
    codecs = run.codecs;
    encoding.writeUint32(encoder, run.epochS);
    for (const value of [run.sequence, run.startMs, run.endMs - run.startMs, run.bytes])
      encoding.writeVarUint(encoder, Math.round(value));
    encoding.writeVarInt(encoder, Math.round(run.shiftMs));
  }
  const content = encoding.toUint8Array(encoder);
  const signature = await signer.sign(signedBytes(streamId, content));
  const index = new Uint8Array(SIGNATURE_BYTES + content.length);
  index.set(signature);
  index.set(content, SIGNATURE_BYTES);
  return index;
}

/** Reads an index that came from a neighbour; null unless the host signed it and all of it is in bounds. Never rejects. */
export async function readIndex(
  index: Uint8Array,
  streamId: string,
  publicKey: Uint8Array,
  verify: Verification['verify'],
): Promise<PastShow | null> {
  const content = index.subarray(SIGNATURE_BYTES);
  const signature = index.subarray(0, SIGNATURE_BYTES);
  if (!(await verify(signature, signedBytes(streamId, content), publicKey))) return null;
  try {
    const reader = new Reader(content);
    const lastEpochS = reader.uint32();
    const isOver = reader.byte(1) === 1;
    const runs: PastRun[] = [];
    let codecs = '';
    for (let left = reader.count(MAX_RUNS); left > 0; left--) {
      if (reader.byte(1) === 1) codecs = reader.text(MAX_CODECS_CHARS);
      const epochS = reader.uint32();
      const sequence = reader.count(2 ** 32 - 1);
      const startMs = reader.count(MAX_MS);
      const endMs = startMs + reader.count(MAX_MS);
      const bytes = reader.count(MAX_RUN_BYTES);
      runs.push({ epochS, sequence, startMs, endMs, shiftMs: reader.int(MAX_MS), bytes, codecs });
    }
    return reader.left === 0 && runs.length > 0 ? { epochS: lastEpochS, isOver, runs } : null;
  } catch {
    return null;
  }
}

/** What is the same of all indices of one show, however far they go: the session in which it began. */
export const beginningOf = ({ runs }: Pick<PastShow, 'runs'>): number => runs[0]?.epochS ?? 0;

/** Whether this is what the host published of that run, all of it. */
export async function isGenuine(chunks: readonly RecordedChunk[], run: PastRun, verifier: Verifier): Promise<boolean> {
  let next = run.sequence;
  for (const { header, bytes } of chunks) {
    const isFirst = header.sequence === run.sequence;
    if (header.epochS !== run.epochS || (next === run.sequence ? !isFirst : header.sequence < next)) return false;
    next = header.sequence + 1;
    if (!(await verifier.header(header))) return false;
    for (let index = 0; index < header.pieces; index++) {
      if (!isParity(index) && !verifier.piece(header, index, bytes.subarray(...pieceRange(header, index))))
        return false;
    }
  }
  return chunks.length > 0;
}
