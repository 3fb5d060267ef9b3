import type { Clock } from './clock.ts';
import type { InvitationDesk } from './sessions.ts';

/** Makes a text short enough to be shown as a QR code, and safe to be sent by any messenger. */
export interface TextPacker {
  pack(text: string): Promise<string>;
  /** Null when it is not what `pack` makes, or would be too long. */
  unpack(packed: string): Promise<string | null>;
}

/** A link whose signals are carried by people. */
export interface CarriedLink {
  signal(data: string): void;
  close(): void;
}

export interface InvitationsContext {
  readonly streamId: string;
  readonly packer: TextPacker;
  readonly clock: Clock;
  readonly random: () => number;
  /** Begins a link to whoever will be at its other end. */
  meet(initiator: boolean, onSignal: (data: string) => void, openMs: number): CarriedLink;
}

/** Invitations that wait for their answers (chosen: as many as one person hands out at a time). */
const MAX_OPEN = 8;
/** So long an invitation waits for its answer, ms (chosen: two people in a room, and one of them is busy). */
const WAIT_MS = 20 * 60_000;
/** A device has found its addresses when it has said nothing new for so long, ms (chosen: `.local` names take 100). */
const SETTLED_MS = 500;
/** Longest text that is looked at, characters, and most signals in one (chosen: five times what real ones take). */
const MAX_TEXT = 6_000;
const MAX_SIGNALS = 24;

type Kind = 'invitation' | 'answer';

/** Names, ids and packed texts have no dots in them. */
const FORM = /^(invitation|answer)\.([0-9a-f]{8})\.(\w+)\.([\w-]+)$/;

/**
 * Ways into the show that need no broker: an invitation is the offer of a link as text, which people carry in a message
 * or as a QR code, and so is the answer. With one link the newcomer is a neighbour; the mesh does the rest.
 *
 * A text says where its device is on its network, so it is for the person to whom it is given.
 */
export class Invitations implements InvitationDesk {
  readonly #open = new Map<string, CarriedLink>();

  /** The latest invitation that this page accepted. */
  #accepted: CarriedLink | null = null;

  constructor(private readonly context: InvitationsContext) {}

  async invite(): Promise<string> {
    const id = Math.floor(this.context.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
    const { link, text } = await this.#describe(true, 'invitation', id, []);
    for (const [oldest, waiting] of this.#open) {
      if (this.#open.size < MAX_OPEN) break;
      this.#open.delete(oldest);
      waiting.close();
    }
    this.#open.set(id, link);
    return text;
  }

  async welcome(answer: string): Promise<boolean> {
    const read = await this.#read('answer', answer);
    const link = read && this.#open.get(read.id);
    if (!link) return false;
    this.#open.delete(read.id);
    for (const signal of read.signals) link.signal(signal);
    return true;
  }

  async accept(invitation: string): Promise<string | null> {
    const read = await this.#read('invitation', invitation);
    if (!read) return null;
    const { link, text } = await this.#describe(false, 'answer', read.id, read.signals);
    this.#accepted = link;
    return text;
  }

  /** Nothing waits any longer. */
  close(): void {
    for (const link of this.#open.values()) link.close();
    this.#open.clear();
    this.#accepted?.close();
  }

  /** A link, and all that it says of itself, as text. */
  async #describe(initiator: boolean, kind: Kind, id: string, heard: readonly string[]) {
    const said: string[] = [];
    const link = await new Promise<CarriedLink>((resolve) => {
      let stop = (): void => undefined;
      const note = (signal: string): void => {
        if (said.length < MAX_SIGNALS) said.push(signal);
        stop();
        stop = this.context.clock.after(SETTLED_MS, () => resolve(begun));
      };
      const begun = this.context.meet(initiator, note, WAIT_MS);
      for (const signal of heard) begun.signal(signal);
    });
    const packed = await this.context.packer.pack(JSON.stringify(said));
    return { link, text: [kind, id, this.context.streamId, packed].join('.') };
  }

  async #read(kind: Kind, text: string): Promise<{ id: string; signals: string[] } | null> {
    const form = text.length > MAX_TEXT ? null : FORM.exec(text.trim());
    const [, found, id = '', streamId, packed = ''] = form ?? [];
    if (found !== kind || streamId !== this.context.streamId) return null;
    const signals = parseSignals((await this.context.packer.unpack(packed)) ?? '');
    if (!signals) return null;
    // Whoever is invited waits until the answer has been carried back, and is called then: a call of its own would
    // find nobody who listens, and the browser gives such a link up after 15 seconds.
    return { id, signals: kind === 'answer' ? signals : signals.filter((signal) => signal.startsWith('offer')) };
  }
}

function parseSignals(text: string): string[] | null {
  try {
    const signals: unknown = JSON.parse(text);
    const isList = Array.isArray(signals) && signals.length > 0 && signals.length <= MAX_SIGNALS;
    return isList && signals.every((signal) => typeof signal === 'string') ? signals : null;
  } catch {
    return null;
  }
}
