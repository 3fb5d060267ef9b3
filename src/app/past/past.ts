import type { PeerId } from '../../core/messages.ts';
import { beginningOf, type PastShow } from '../../core/past/past-index.ts';
import { decodePast, encodePast, type PastMessage } from '../../core/past/past-wire.ts';
import { unpackGroup } from '../../core/recording/chunk-group.ts';
import { every } from '../clock.ts';
import type { MeshNode, MeshNodePorts } from '../mesh-node.ts';
import type { PlayableFilm } from '../recordings/film.ts';
import { PastReader } from './past-reader.ts';
import { PastServer } from './past-server.ts';
import { KeptPast, type PastSource } from './past-source.ts';

/** New neighbours hear what is here within this, ms (chosen). */
const LOOK_MS = 300;

/** For the diagnostics. */
export interface PastFigures {
  /** Runs of the show, here, and sent to others. */
  readonly runs: number;
  readonly held: number;
  readonly served: number;
  readonly fromHost: number;
  readonly fromOthers: number;
  /** Of them none was genuine: whoever sent them was cut off. */
  readonly refused: number;
}

export interface PastOptions {
  readonly streamId: string;
  readonly host: boolean;
  readonly node: MeshNode;
  /** Whether this page gives to others what it has. */
  passesOn(): boolean;
  /** Whether somebody here wants to see it. */
  isWanted(): boolean;
  /** Somebody has something of the show. */
  onOffered(): void;
  /** The host's latest show, until that session, can be watched. Again when there is another; one that goes on grows by itself. */
  onFound(film: PlayableFilm, epochS: number): void;
}

/**
 * What a show was, for whoever comes late or afterwards. The host offers its recording while its page is open; viewers
 * ask neighbours for the runs that they are about to see, keep some, and give them to others. Everything carries the
 * host's signature, so it does not matter from whom it comes.
 */
export class Past {
  readonly #told = new Set<PeerId>();
  readonly #server: PastServer;
  readonly #reader: PastReader | null;
  readonly #stop: () => void;
  #source: PastSource | null = null;
  /** What is known of the show, and kept of it; a host has its recording. */
  #show: PastShow | null = null;
  #kept: KeptPast | null = null;

  constructor(
    ports: MeshNodePorts,
    private readonly options: PastOptions,
  ) {
    const { node, host, streamId } = options;
    const isThere = (peerId: PeerId): boolean => node.mesh.neighbours.has(peerId);
    this.#server = new PastServer({
      clock: ports.clock,
      host,
      isThere,
      source: () => (options.passesOn() ? this.#source : null),
      say: (to, message) => this.#say(to, message),
      send: (to, data) => node.sendPast(to, data),
    });
    this.#reader = host
      ? null
      : new PastReader(ports, {
          streamId,
          isThere,
          hostKey: () => node.hostKey,
          epochS: () => node.mesh.epochS,
          isWanted: () => options.isWanted(),
          onOffered: () => options.onOffered(),
          isHost: (peerId) => node.mesh.neighbours.get(peerId)?.host === true,
          say: (to, message) => this.#say(to, message),
          cutOff: (peerId) => node.cutOff(peerId),
          onIndex: (index, show) => this.#found(index, show),
          onRun: (run) => this.#tellAll({ type: 'got', run }),
        });
    this.#stop = every(ports.clock, LOOK_MS, () => this.#look());
  }

  /** What this page has; null: nothing any longer. */
  offer(source: PastSource | null): void {
    this.#source = source;
    this.#told.clear();
  }

  heard(from: PeerId, data: Uint8Array): void {
    const message = decodePast(data);
    if (!message) this.options.node.cutOff(from);
    else if (message.type === 'ask') this.#server.asked(from, message.run);
    else this.#reader?.heard(from, message);
  }

  get figures(): PastFigures | null {
    if (!this.#source) return null;
    const { runs } = this.#source;
    const held = this.#source instanceof KeptPast ? this.#source.count : runs;
    const { fromHost, fromOthers, refused } = this.#reader ?? { fromHost: 0, fromOthers: 0, refused: 0 };
    return { runs, held, served: this.#server.served, fromHost, fromOthers, refused };
  }

  close(): void {
    this.#stop();
    this.#reader?.close();
    this.#source = null;
  }

  #found(index: Uint8Array, show: PastShow): void {
    const sinceS = beginningOf(show);
    const goesOn = this.#kept?.sinceS === sinceS;
    const kept = goesOn && this.#kept ? this.#kept : new KeptPast(index, sinceS, show.runs.length);
    kept.grow(index, show.runs.length);
    this.#kept = kept;
    this.#show = show;
    this.offer(kept);
    this.options.onFound(this.#film(kept), show.epochS);
  }

  /** What is known of the show by now, from whoever has it. */
  #film(kept: KeptPast): PlayableFilm {
    const runs = (): PastShow['runs'] => (this.#kept === kept ? (this.#show?.runs ?? []) : []);
    return {
      get durationMs() {
        return runs().at(-1)?.endMs ?? 0;
      },
      get codecs() {
        return runs()[0]?.codecs ?? '';
      },
      get runs() {
        return runs();
      },
      media: async (at) => {
        const run = runs()[at];
        const packed = run && (await this.#reader?.fetch(at, run, kept));
        const chunks = packed && unpackGroup(packed);
        return chunks ? { codecs: run.codecs, shiftMs: run.shiftMs, bytes: chunks.map(({ bytes }) => bytes) } : null;
      },
    };
  }

  #look(): void {
    const { neighbours } = this.options.node.mesh;
    for (const peerId of this.#told) if (!neighbours.has(peerId)) this.#told.delete(peerId);
    const source = this.options.passesOn() ? this.#source : null;
    if (!source) return;
    for (const peerId of neighbours.keys()) {
      if (this.#told.has(peerId)) continue;
      this.#told.add(peerId);
      this.#say(peerId, { type: 'have', sinceS: source.sinceS, runs: source.runs, held: bitsOf(source) });
    }
  }

  #tellAll(message: PastMessage): void {
    if (this.options.passesOn()) for (const peerId of this.#told) this.#say(peerId, message);
  }

  #say(to: PeerId, message: PastMessage): void {
    this.options.node.say(to, encodePast(message), 'past');
  }
}

function bitsOf(source: PastSource): Uint8Array {
  const bits = new Uint8Array(Math.ceil(source.runs / 8));
  for (let run = 0; run < source.runs; run++)
    if (source.holds(run)) bits[run >> 3] = (bits[run >> 3] ?? 0) | (1 << (run & 7));
  return bits;
}
