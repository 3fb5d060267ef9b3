import { PUBLIC_KEY_BYTES } from '../../core/identity.ts';
import type { GroupEntry } from '../../core/recording/entry.ts';
import type { InitSegment, Recording } from '../../app/recordings/recording.ts';
import { parseStreamId } from '../../core/stream-id.ts';
import { fieldsOf } from '../keys/stored-show.ts';

/** A recording as the database holds it: whether somebody writes it now is not known there. */
export interface StoredRecording extends Omit<Recording, 'state'> {
  /** Null while the show may go on. */
  readonly endedMs: number | null;
  /** When something was written last, Unix ms. */
  readonly touchedMs: number;
  /** Null unless it waits to be deleted, Unix ms. */
  readonly removedMs: number | null;
}

/** Longer than any title that the page lets through. */
const MOST_TITLE = 400;
const MOST_CODECS = 128;
const MOST_INITS = 10_000;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isCount = (value: unknown): value is number => isNumber(value) && value >= 0;
const isTimeOrNull = (value: unknown): value is number | null => value === null || isNumber(value);
const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.length <= most;

function parseInit(value: unknown): InitSegment | null {
  const { codecs, bytes } = fieldsOf(value);
  return isText(codecs, MOST_CODECS) && bytes instanceof Uint8Array ? { codecs, bytes } : null;
}

/** Reads what came out of the database; null when it is damaged. Never throws. */
export function parseRecording(value: unknown): StoredRecording | null {
  const fields = fieldsOf(value);
  const { id, title, startedMs, durationMs, bytes, peakViewers, groups, endedMs, touchedMs, removedMs } = fields;
  const { publicKey, streamId: show } = fields;
  const streamId = typeof show === 'string' ? parseStreamId(show) : null;
  if (streamId === null || !isText(id, 64) || !isText(title, MOST_TITLE)) return null;
  if (!(publicKey instanceof Uint8Array) || publicKey.length !== PUBLIC_KEY_BYTES) return null;
  if (!isNumber(startedMs) || !isCount(durationMs) || !isCount(bytes) || !isCount(peakViewers)) return null;
  if (!isCount(groups) || !isTimeOrNull(endedMs) || !isNumber(touchedMs) || !isTimeOrNull(removedMs)) return null;
  const inits = Array.isArray(fields['inits']) ? fields['inits'].slice(0, MOST_INITS).map(parseInit) : [null];
  if (!inits.every((init) => init !== null)) return null;
  const times = { startedMs, durationMs, endedMs, touchedMs, removedMs };
  return { id, streamId, publicKey, title, bytes, peakViewers, groups, inits, ...times };
}

/** Reads one entry of the index; null when it is damaged. Never throws. */
export function parseEntry(value: unknown): GroupEntry | null {
  const { number, isKey, init, epochS, sequence, shiftMs, startMs, endMs, bytes, table } = fieldsOf(value);
  if (!isCount(number) || typeof isKey !== 'boolean' || !isCount(init) || !isCount(epochS)) return null;
  if (!isCount(sequence) || !isNumber(shiftMs) || !isCount(startMs) || !isCount(endMs) || !isCount(bytes)) return null;
  if (!(table instanceof Uint8Array)) return null;
  return { number, isKey, init, epochS, sequence, shiftMs, startMs, endMs, bytes, table };
}
