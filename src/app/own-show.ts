import type { Signer } from '../core/identity.ts';
import type { OtherLink } from './sessions.ts';

/** The host's own show: its name and the key that signs it. */
export interface OwnShow {
  readonly streamId: string;
  readonly signer: Signer;
  /** False when the browser keeps nothing: the link is lost with the page. */
  readonly persistent: boolean;
}

/** Where the host's keys are kept. */
export interface ShowKeys {
  /** The show that was not ended yet, or a new one. Never rejects: without storage the key lives in the page. */
  currentShow(): Promise<OwnShow>;
  /** The next `currentShow` makes a new one. */
  endShow(streamId: string): Promise<void>;
  /** The link that the current show might have in the place of its own; null when there is none. Never rejects. */
  otherLink(streamId: string): Promise<OtherLink | null>;
  /** The next `currentShow` has that link. @throws DOMException when the browser keeps nothing */
  takeLink(other: OtherLink, streamId: string): Promise<void>;
}

/** How it went, so that a host that comes back goes on where it was, and need not find out again what its line carries. */
export interface LastShow {
  readonly streamId: string;
  /** When it began, unix ms. */
  readonly sinceMs: number;
  /** Null when it was not measured. */
  readonly bitsPerSecond: number | null;
  readonly viewers: number;
}

export interface ShowMemory {
  /** Null when nothing is known that is still true. */
  recall(): LastShow | null;
  /** May be called often. */
  remember(show: LastShow): void;
  /** The show is over: only what the line carried stays known. */
  end(): void;
}
