import { createHash } from 'node:crypto';
import { createVerification } from '../../src/adapters/keys/verification.ts';
import { openDoors } from '../../src/adapters/peerjs-doors.ts';
import { openLink } from '../../src/adapters/simple-peer-link.ts';
import { steadyClock } from '../../src/adapters/steady-clock.ts';
import { every } from '../../src/app/clock.ts';
import { MeshNode } from '../../src/app/mesh-node.ts';
import type { MeshSnapshot } from '../../src/app/snapshot.ts';
import type { ChunkHeader } from '../../src/core/chunk.ts';
import type { Verification } from '../../src/core/identity.ts';
import type { PlayableChunk } from '../../src/core/media-chunk.ts';
import { Playout } from '../../src/core/playout.ts';
import { pieceOverhead } from '../../src/core/wire.ts';

/** As often as the page does it, ms. @see src/app/watch-session.ts */
const TEND_MS = 250;

/** Signatures remembered: a minute of them (chosen). */
const MOST_CHECKED = 800;

/** Where a show is, and what its viewers do. */
export interface Seats {
  /** The site, whose broker holds the host's door. */
  readonly siteUrl: string;
  readonly streamId: string;
  readonly relays: boolean;
}

/** What one viewer saw since it was last asked. */
export interface Sight {
  /** From joining to the first chunk that can be played, ms; null before. */
  readonly firstPictureMs: number | null;
  /** Chunks that could be played, in order: [capture, when], Unix ms. */
  readonly played: readonly (readonly [number, number])[];
  readonly mesh: MeshSnapshot;
  /** Media without headers, bytes, and with them, of the chunks so far. */
  readonly payloadBytes: number;
  readonly carriedBytes: number;
}

/**
 * One for all viewers of the process: each signature is checked once, or sixty viewers would need a third of a core for
 * checking the same twelve a second.
 */
const own = createVerification();
const checked = new Map<string, Promise<boolean>>();
const verification: Verification = {
  hash: (bytes) => createHash('sha256').update(bytes).digest(),
  verify: (signature, message, publicKey) => {
    const name = Buffer.concat([signature, message, publicKey]).toString('latin1');
    const known = checked.get(name) ?? own.verify(signature, message, publicKey);
    checked.set(name, known);
    const [oldest] = checked.keys();
    if (checked.size > MOST_CHECKED && oldest !== undefined) checked.delete(oldest);
    return known;
  },
};

const newPeerId = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex');

/**
 * A viewer without a screen: core, app, links and doors as in the page, up to the moment when a chunk can be played.
 * The time of capture is taken as it is: host and viewers share this machine's clock.
 */
export class NodeViewer {
  readonly #node: MeshNode;
  readonly #playout = new Playout();
  readonly #joinedMs = steadyClock.nowMs();
  readonly #stop: () => void;
  #firstPictureMs: number | null = null;
  #played: [number, number][] = [];
  #payloadBytes = 0;
  #carriedBytes = 0;

  constructor({ siteUrl, streamId, relays }: Seats) {
    const { hostname: host, port } = new URL(siteUrl);
    const brokers = [{ host, port: Number(port), path: '/peer/', secure: false, key: 'peerjs' }];
    const ports = {
      openDoors: openDoors(brokers),
      openLink: openLink([]),
      verification,
      clock: steadyClock,
      random: Math.random,
    };
    this.#node = new MeshNode(ports, {
      streamId,
      peerId: newPeerId(),
      publicKey: null,
      host: false,
      onChunk: (header, bytes) => {
        this.#take(header, bytes);
      },
      onEnded: () => undefined,
      onNotice: () => undefined,
      onNobody: () => undefined,
    });
    this.#node.limit(null, relays);
    this.#stop = every(steadyClock, TEND_MS, () => {
      this.#play(this.#playout.tend(steadyClock.nowMs()));
    });
  }

  look(): Sight {
    const sight = {
      firstPictureMs: this.#firstPictureMs,
      played: this.#played,
      mesh: this.#node.snapshotMesh(),
      payloadBytes: this.#payloadBytes,
      carriedBytes: this.#carriedBytes,
    };
    this.#played = [];
    return sight;
  }

  close(): void {
    this.#stop();
    this.#node.close();
  }

  #take(header: ChunkHeader, bytes: Uint8Array): void {
    this.#payloadBytes += bytes.length;
    this.#carriedBytes += bytes.length + header.pieces * pieceOverhead(header, this.#node.mesh.depth ?? 1);
    this.#play(this.#playout.take(header, bytes, steadyClock.nowMs()));
  }

  #play(chunks: readonly PlayableChunk[]): void {
    const nowMs = steadyClock.nowMs();
    if (chunks.length > 0) this.#firstPictureMs ??= nowMs - this.#joinedMs;
    for (const { epochS, captureMs } of chunks) this.#played.push([epochS * 1000 + captureMs, nowMs]);
  }
}
