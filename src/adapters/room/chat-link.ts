import type { SimplePeerSignal } from 'simple-peer/simplepeer.min.js';
import { type Room, type SignalingConn, WebrtcConn } from 'y-webrtc';
import type { PeerId } from '../../core/messages.ts';
import { Question } from '../../core/room/question.ts';
import { MAX_CANDIDATES, readSignals } from '../link-signal.ts';
import { SignalWriter } from '../signal-writer.ts';
import { decodeSyncMessage, encodeSyncMessage } from './sync-message.ts';

/** So much may wait in the channel before the next part of a history is sent, bytes (chosen: video comes first). */
const FULL_BYTES = 64 * 1024;
const LOOK_AGAIN_MS = 40;
/** An update without structs and deletes: two zeros. */
const EMPTY_BYTES = 2;
/** Questions answered to one neighbour (chosen: each may cost a whole history; honest ones ask every few seconds at most). */
const MAX_ASKED = 6;
const PER_MS = 10_000;

export interface ChatLinkListener {
  onSignal(data: string): void;
  onOpen(): void;
  /** Once, also after `close`. */
  onClose(): void;
  /** The other side says what it has, and wants the rest; resolves when that has been sent. Never rejects. */
  onAsked(stateVector: Uint8Array): Promise<void>;
  onUpdate(update: Uint8Array, asked: boolean): void;
  onHostile(): void;
}

/** Links so far. */
let links = 0;

/** The part of simple-peer that y-webrtc's connection is made of; its own types say `any`. */
interface Peer {
  readonly bufferSize: number;
  readonly destroyed: boolean;
  send(bytes: Uint8Array): void;
  signal(data: object): void;
  destroy(): void;
  on(event: 'data', listener: (data: unknown) => void): void;
  on(event: 'connect' | 'close', listener: () => void): void;
  removeAllListeners(event: 'data'): void;
}

/**
 * One connection of y-webrtc, with everything that comes in over it taken out of its hands: y-webrtc would apply any
 * update, and has no way to refuse one. What goes out, new entries and the first question, is y-webrtc's own.
 */
export class ChatLink {
  readonly #peer: Peer;
  /** y-webrtc forgets a connection by name when it has closed: a later one to the same neighbour needs another. */
  readonly #name: string;
  readonly #writer: SignalWriter;
  #candidates = 0;
  readonly #question = new Question();
  #asked: number[] = [];
  #answering = false;

  constructor(
    private readonly room: Room,
    peerId: PeerId,
    private readonly initiator: boolean,
    ownAddresses: readonly string[],
    private readonly listener: ChatLinkListener,
  ) {
    // y-webrtc wants something to publish signals with; a signalling server's connection is the only kind it knows.
    this.#writer = new SignalWriter(ownAddresses, (data) => listener.onSignal(data));
    const overMesh = {
      send: ({ data: { signal } }: { data: { signal: SimplePeerSignal } }) => this.#writer.write(signal),
    };
    this.#name = `${peerId}/${String(++links)}`;
    const connection = new WebrtcConn(overMesh as unknown as SignalingConn, initiator, this.#name, room);
    room.webrtcConns.set(this.#name, connection);
    this.#peer = connection.peer as Peer;
    this.#peer.removeAllListeners('data');
    this.#peer.on('data', (data) => this.#receive(data));
    this.#peer.on('connect', () => {
      this.#question.ask(performance.now()); // y-webrtc has just asked
      listener.onOpen();
    });
    this.#peer.on('close', () => {
      this.#writer.close();
      listener.onClose();
    });
  }

  signal(data: string): void {
    const signals = readSignals(data);
    if (!signals?.every(({ type }) => this.#isDue(type))) {
      this.close();
      return;
    }
    try {
      for (const signal of signals) this.#peer.signal(signal);
    } catch {
      this.close();
    }
  }

  /** Of two neighbours one calls and the other answers; any other description would set up something else. */
  #isDue(type: 'offer' | 'answer' | 'candidate'): boolean {
    if (type === 'candidate') return ++this.#candidates <= MAX_CANDIDATES;
    return type === (this.initiator ? 'answer' : 'offer');
  }

  /** Asks for what this page lacks, unless an answer is still on its way. */
  ask(stateVector: Uint8Array): void {
    if (this.#question.ask(performance.now())) this.#send(encodeSyncMessage({ kind: 'ask', bytes: stateVector }));
  }

  /** Sends a part of an answer, the last one empty; resolves when the next one may follow. */
  async answer(update: Uint8Array): Promise<void> {
    this.#send(encodeSyncMessage({ kind: 'answer', bytes: update }));
    while (!this.#peer.destroyed && this.#peer.bufferSize > FULL_BYTES) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  close(): void {
    this.#writer.close();
    this.room.webrtcConns.delete(this.#name);
    this.#peer.destroy();
  }

  #receive(data: unknown): void {
    const message = data instanceof Uint8Array ? decodeSyncMessage(data) : null;
    if (!message) this.listener.onHostile();
    else if (message.kind === 'ask') this.#heardQuestion(message.bytes);
    else this.listener.onUpdate(message.bytes, message.kind === 'answer' && this.#isAsked(message.bytes));
  }

  #isAsked({ length }: Uint8Array): boolean {
    return this.#question.heard(length, length <= EMPTY_BYTES, performance.now());
  }

  #heardQuestion(stateVector: Uint8Array): void {
    const nowMs = performance.now();
    this.#asked = this.#asked.filter((ms) => nowMs - ms < PER_MS);
    this.#asked.push(nowMs);
    if (this.#asked.length > MAX_ASKED) this.listener.onHostile();
    else if (!this.#answering) void this.#answerAll(stateVector);
  }

  /** One at a time: an honest page has no second question before the answer to the first. */
  async #answerAll(stateVector: Uint8Array): Promise<void> {
    this.#answering = true;
    await this.listener.onAsked(stateVector);
    this.#answering = false;
  }

  #send(bytes: Uint8Array): void {
    try {
      this.#peer.send(bytes);
    } catch {
      // Closing just now; the other side asks again elsewhere.
    }
  }
}
