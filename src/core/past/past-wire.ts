import * as encoding from 'lib0/encoding';
import { Malformed, Reader } from '../wire-reader.ts';
import { MAX_INDEX_BYTES, MAX_RUN_BYTES, MAX_RUNS } from './past-index.ts';

/** Media and indices travel in parts of this size at most, bytes (chosen: as large as a piece of the live show may be). */
export const PART_BYTES = 16 * 1024;
/** Longest message: a part, or what somebody holds. */
export const MAX_PAST_BYTES = PART_BYTES + 64;

/** Stands for the index where a run's number could stand. */
export const INDEX = -1;

/** What neighbours say to each other about a show's past. */
export type PastMessage =
  /** "I have these of so many runs of the show that began in that session": a bit each, the lowest first. */
  | { type: 'have'; sinceS: number; runs: number; held: Uint8Array }
  /** "I have this one as well." */
  | { type: 'got'; run: number }
  /** "Send me this run", or the index. */
  | { type: 'ask'; run: number }
  /** Not here, or not now. */
  | { type: 'not'; run: number }
  /** A part of what was asked for, of so many bytes in all. */
  | { type: 'part'; run: number; at: number; total: number; bytes: Uint8Array };

const TYPES = ['have', 'got', 'ask', 'not', 'part'] as const satisfies readonly PastMessage['type'][];

export function encodePast(message: PastMessage): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, TYPES.indexOf(message.type));
  if (message.type === 'have') {
    encoding.writeUint32(encoder, message.sinceS);
    encoding.writeVarUint(encoder, message.runs);
    encoding.writeUint8Array(encoder, message.held);
  } else encoding.writeVarUint(encoder, message.run + 1);
  if (message.type === 'part') {
    encoding.writeVarUint(encoder, message.at);
    encoding.writeVarUint(encoder, message.total);
    encoding.writeUint8Array(encoder, message.bytes);
  }
  return encoding.toUint8Array(encoder);
}

/** Reads what a neighbour said; null for anything malformed or out of bounds. */
export function decodePast(data: Uint8Array): PastMessage | null {
  try {
    const reader = new Reader(data);
    const message = read(reader);
    return reader.left === 0 ? message : null;
  } catch {
    return null;
  }
}

function read(reader: Reader): PastMessage {
  const type = TYPES[reader.byte(TYPES.length - 1)] ?? 'not';
  if (type === 'have') {
    const sinceS = reader.uint32();
    const runs = reader.count(MAX_RUNS);
    return { type, sinceS, runs, held: reader.raw(Math.ceil(runs / 8)) };
  }
  const run = reader.count(MAX_RUNS) - 1;
  if (type === 'got' && run === INDEX) throw new Malformed('run');
  if (type !== 'part') return { type, run };
  const at = reader.count(MAX_RUN_BYTES);
  const total = reader.count(run === INDEX ? MAX_INDEX_BYTES : MAX_RUN_BYTES);
  const bytes = reader.rest(PART_BYTES);
  if (bytes.length === 0 || at + bytes.length > total) throw new Malformed('part');
  return { type, run, at, total, bytes };
}
