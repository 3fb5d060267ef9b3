import { MAX_SIGNAL_BYTES } from '../../core/messages.ts';

/**
 * What brokers carry between a door and who stands there. `knock` is a visitor's first letter, `say` any further one of
 * either side, `bye` the last. The visitor draws the number of the visit.
 */
export type Letter =
  | { readonly kind: 'knock' | 'say'; readonly visit: number; readonly bytes: Uint8Array }
  | { readonly kind: 'bye'; readonly visit: number };

/** A letter as the payload of a broker's message: plain JSON. */
export interface SealedLetter {
  readonly passaparola: number;
  readonly kind: Letter['kind'];
  readonly visit: number;
  /** Base64. */
  readonly text: string;
}

/** Version of the letters: a door takes no others. */
const LETTERS = 1;
/** The longest thing said at a door is a signal; its names and lengths take less than 64 bytes. */
export const MAX_LETTER_BYTES = MAX_SIGNAL_BYTES + 64;
const MAX_LETTER_CHARS = Math.ceil(MAX_LETTER_BYTES / 3) * 4;

const isVisit = (value: unknown): value is number => Number.isInteger(value) && Number(value) >>> 0 === value;

export function sealLetter(letter: Letter): SealedLetter {
  const text = letter.kind === 'bye' ? '' : btoa(String.fromCharCode(...letter.bytes));
  return { passaparola: LETTERS, kind: letter.kind, visit: letter.visit, text };
}

/** Reads what a stranger sent; null for anything that no honest peer writes. Never throws. */
export function openLetter(payload: unknown): Letter | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const { passaparola, kind, visit, text } = payload as Partial<Record<keyof SealedLetter, unknown>>;
  if (passaparola !== LETTERS || !isVisit(visit) || typeof text !== 'string') return null;
  if (kind === 'bye') return text === '' ? { kind, visit } : null;
  if (kind !== 'knock' && kind !== 'say') return null;
  if (text === '' || text.length > MAX_LETTER_CHARS) return null;
  try {
    return { kind, visit, bytes: Uint8Array.from(atob(text), (char) => char.charCodeAt(0)) };
  } catch {
    return null; // no base64
  }
}
