import * as encoding from 'lib0/encoding';
import { STRIPES } from './chunk.ts';
import { type CensusRecord, MAX_REPORTED, SHORT_ID_BYTES, type ShortId } from './messages.ts';
import type { Reader } from './wire-reader.ts';

/** Stands for "no parent": the one short name that nobody is called by. */
const NOBODY = '0'.repeat(SHORT_ID_BYTES * 2);
/** More than this is neither said nor believed, bit/s. */
const MAX_SENT_BPS = 10_000_000_000;

function writeShortId(encoder: encoding.Encoder, id: ShortId): void {
  for (let at = 0; at < id.length; at += 2) encoding.writeUint8(encoder, Number.parseInt(id.slice(at, at + 2), 16));
}

const readShortId = (reader: Reader): ShortId =>
  Array.from(reader.raw(SHORT_ID_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** At most `MAX_REPORTED` of them. */
export function writeRecords(encoder: encoding.Encoder, records: readonly CensusRecord[]): void {
  encoding.writeUint8(encoder, records.length);
  for (const { id, parents, depths, sentBps } of records) {
    writeShortId(encoder, id);
    for (const parent of parents) writeShortId(encoder, parent ?? NOBODY);
    for (const depth of depths) encoding.writeUint8(encoder, depth);
    encoding.writeVarUint(encoder, Math.min(sentBps, MAX_SENT_BPS));
  }
}

/** Repeated names and any parents are let through: what becomes of them is for `Census` and the picture. @throws Malformed */
export function readRecords(reader: Reader): CensusRecord[] {
  return Array.from({ length: reader.byte(MAX_REPORTED) }, () => {
    const id = readShortId(reader);
    const parents = Array.from({ length: STRIPES }, () => {
      const parent = readShortId(reader);
      return parent === NOBODY ? null : parent;
    });
    const depths = Array.from({ length: STRIPES }, () => reader.byte());
    return { id, parents, depths, sentBps: reader.count(MAX_SENT_BPS) };
  });
}
