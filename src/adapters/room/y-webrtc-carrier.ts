import { WebrtcProvider, type Room } from 'y-webrtc';
import * as Y from 'yjs';
import type { Carrier, CarrierListener, OpenCarrier } from '../../app/room-carrier.ts';
import type { PeerId } from '../../core/messages.ts';
import { encodeUpdate, type PlacedEntry } from '../../core/room/update-wire.ts';
import { ChatLink } from './chat-link.ts';
import { decodeYjsUpdate } from './yjs-update.ts';

/** A long history goes out in parts of about this size, bytes (chosen: far below what a data channel takes at once). */
const PART_BYTES = 48 * 1024;

/** A state vector that has nothing. */
const NOTHING = new Uint8Array([0]);

/** One Y.Doc carried by y-webrtc, whose signals travel over the mesh. */
class YWebrtcCarrier implements Carrier {
  readonly #doc = new Y.Doc();
  /** What is in the document, by client: an answer costs what it says, not what the document holds. */
  readonly #entries = new Map<number, PlacedEntry[]>();
  readonly #provider: WebrtcProvider;
  readonly #links = new Map<PeerId, ChatLink>();
  /** What was to be done before y-webrtc had its room: it opens one a moment later. */
  #early: ((room: Room) => void)[] | null = [];
  #closed = false;

  constructor(
    client: number,
    private readonly listener: CarrierListener,
    iceServers: readonly RTCIceServer[],
    private readonly ownAddresses: readonly string[],
  ) {
    this.#doc.clientID = client;
    // y-webrtc also talks to other tabs with a room of the same name, past any filter: so no two names are the same.
    const name = `passaparola/${String(client)}`;
    const peerOpts = { objectMode: true, config: { iceServers: [...iceServers] } };
    this.#provider = new WebrtcProvider(name, this.#doc, { signaling: [], peerOpts });
    // Presence is summed up over the mesh; awareness would flood it from everybody every 15 seconds.
    this.#provider.awareness.destroy();
    this.#provider.on('status', () => {
      const { room } = this.#provider;
      if (!room || !this.#early) return;
      const early = this.#early;
      this.#early = null;
      // A page that is asked to stay would stay without its room; the sessions close it when the page goes.
      removeEventListener('beforeunload', room._beforeUnloadHandler);
      for (const deed of early) deed(room);
    });
  }

  connect(peerId: PeerId, initiator: boolean): void {
    this.#withRoom((room) => {
      this.disconnect(peerId);
      const link: ChatLink = new ChatLink(room, peerId, initiator, this.ownAddresses, {
        onSignal: (data) => this.listener.onSignal(peerId, data),
        onOpen: () => this.listener.onOpen(peerId),
        onClose: () => {
          if (this.#links.get(peerId) !== link) return;
          this.#links.delete(peerId);
          this.listener.onClose(peerId);
        },
        onAsked: (stateVector) => this.#answer(link, peerId, stateVector),
        onUpdate: (bytes, asked) => {
          const update = decodeYjsUpdate(bytes);
          if (update) this.listener.onUpdate(peerId, update, asked);
          else this.listener.onHostile(peerId);
        },
        onHostile: () => this.listener.onHostile(peerId),
      });
      this.#links.set(peerId, link);
    });
  }

  signal(peerId: PeerId, data: string): void {
    this.#withRoom(() => this.#links.get(peerId)?.signal(data));
  }

  disconnect(peerId: PeerId): void {
    const link = this.#links.get(peerId);
    this.#links.delete(peerId);
    link?.close();
  }

  ask(peerId: PeerId, whole: boolean): void {
    this.#links.get(peerId)?.ask(whole ? NOTHING : Y.encodeStateVector(this.#doc));
  }

  add(entries: readonly PlacedEntry[]): void {
    if (this.#closed) return;
    for (const entry of entries) {
      const run = this.#entries.get(entry.client);
      if (run) run.push(entry);
      else this.#entries.set(entry.client, [entry]);
    }
    Y.applyUpdate(this.#doc, encodeUpdate(entries), this);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#early = [];
    for (const peerId of [...this.#links.keys()]) this.disconnect(peerId);
    this.#doc.destroy(); // and the provider with it
  }

  #withRoom(deed: (room: Room) => void): void {
    if (this.#closed) return;
    if (this.#early) this.#early.push(deed);
    else if (this.#provider.room) deed(this.#provider.room);
  }

  /** y-webrtc answers in one message, which a data channel refuses to carry beyond 256 KiB, and nobody hears of it. */
  async #answer(link: ChatLink, peerId: PeerId, stateVector: Uint8Array): Promise<void> {
    let missing: PlacedEntry[];
    try {
      const known = Y.decodeStateVector(stateVector);
      // Whatever the vector says, at worst everything is sent.
      missing = [...this.#entries].flatMap(([client, run]) => run.slice(known.get(client) ?? 0));
    } catch {
      this.listener.onHostile(peerId);
      return;
    }
    let part: PlacedEntry[] = [];
    let bytes = 0;
    for (const entry of missing) {
      part.push(entry);
      bytes += entry.encoded.length;
      if (bytes < PART_BYTES) continue;
      await link.answer(encodeUpdate(part));
      [part, bytes] = [[], 0];
    }
    if (part.length > 0) await link.answer(encodeUpdate(part));
    await link.answer(encodeUpdate([])); // that was all
  }
}

/** Opens rooms whose connections use these ICE servers. @param ownAddresses as for `openLink` */
export function openCarrier(iceServers: readonly RTCIceServer[], ownAddresses: readonly string[] = []): OpenCarrier {
  return (client, listener) => new YWebrtcCarrier(client, listener, iceServers, ownAddresses);
}
