import type { Message } from '../../../src/core/messages.ts';

type Piece = Extract<Message, { type: 'piece' }>;

/** All forged bytes, by their length: that is how the world, and only the world, knows them. */
const forged = new Map<number, Uint8Array>();

/** The piece with other bytes than the host signed. */
export function forge(piece: Piece): Piece {
  const { length } = piece.bytes;
  const bytes = forged.get(length) ?? new Uint8Array(length).fill(1);
  forged.set(length, bytes);
  return { ...piece, bytes };
}

/** What hash and signature would say. Asked of every piece, so it costs nothing where nobody forges. */
export const isForged = ({ bytes }: Piece): boolean => forged.size > 0 && forged.get(bytes.length) === bytes;
