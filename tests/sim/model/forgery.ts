import type { Message } from '../../../src/core/messages.ts';

type Piece = Extract<Message, { type: 'piece' }>;

/** All forged bytes are cut from here: that is how the world, and only the world, knows them. */
const FORGED = new Uint8Array(16 * 1024).fill(1).buffer;

/** The piece with other bytes than the host signed. */
export const forge = (piece: Piece): Piece => ({ ...piece, bytes: new Uint8Array(FORGED, 0, piece.bytes.length) });

/** What hash and signature would say. */
export const isForged = (piece: Piece): boolean => piece.bytes.buffer === FORGED;
