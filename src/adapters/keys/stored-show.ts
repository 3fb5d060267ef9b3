import { PUBLIC_KEY_BYTES } from '../../core/identity.ts';
import { belongsTo, parseStreamId, type StreamId } from '../../core/stream-id.ts';
import type { KeyMaterial, ShowKey } from './show-key.ts';
import { hash } from './verification.ts';

/** A show as the database holds it. */
export interface StoredShow extends ShowKey {
  readonly streamId: StreamId;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  /** Null while the show may go on. */
  readonly endedMs: number | null;
  /** When it ended before it was taken up again, under the same link; null for one that wasn't. */
  readonly formerMs: number | null;
}

export type Fields = Readonly<Partial<Record<string, unknown>>>;

/** The fields of whatever came out of the database. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

export const isBytes = (value: unknown, length: number): value is Uint8Array =>
  value instanceof Uint8Array && value.length === length;

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** Reads the secret half of a key; null when it is damaged. */
export function parseMaterial(value: unknown): KeyMaterial | null {
  const { type, privateKey, secret } = fieldsOf(value);
  if (type === 'portable') return isBytes(secret, 32) ? { type, secret } : null;
  if (type !== 'native' || !(privateKey instanceof CryptoKey)) return null;
  const usable = privateKey.algorithm.name === 'Ed25519' && privateKey.usages.includes('sign');
  return usable ? { type, privateKey } : null;
}

/** Reads what came out of the database; null when it is damaged, or the id is not the key's. Never throws. */
export function parseStoredShow(value: unknown): StoredShow | null {
  const { streamId: id, publicKey, material: stored, createdMs, endedMs, formerMs } = fieldsOf(value);
  const streamId = typeof id === 'string' ? parseStreamId(id) : null;
  const material = parseMaterial(stored);
  if (streamId === null || material === null || !isBytes(publicKey, PUBLIC_KEY_BYTES)) return null;
  if (!belongsTo(streamId, publicKey, hash) || !isTime(createdMs) || !(endedMs === null || isTime(endedMs)))
    return null;
  return { streamId, publicKey, material, createdMs, endedMs, formerMs: isTime(formerMs) ? formerMs : null };
}
