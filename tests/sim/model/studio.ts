import { type CutChunk, HASH_BYTES, pieceCount, pieceLength } from '../../../src/core/chunk.ts';
import { decideBitrate, startBitrate } from '../../../src/core/bitrate.ts';
import type { Mesh } from '../../../src/core/mesh/mesh.ts';
import { decideSupply, startSupply } from '../../../src/core/supply.ts';
import { blank } from './show.ts';

/** The host's encoder: its rate follows what line and crowd carry, as the page's does. @see src/app/broadcast.ts */
export class Studio {
  #bitrate;
  #supply;

  constructor(
    private readonly wishBps: number,
    nowMs: number,
  ) {
    this.#bitrate = startBitrate(wishBps, nowMs);
    this.#supply = startSupply(nowMs);
  }

  /** The chunk as it is encoded now. @param chunk as it would be at the rate that was asked for */
  encode(chunk: CutChunk, mesh: Mesh, nowMs: number): CutChunk {
    const { wishBps } = this;
    this.#supply = decideSupply(this.#supply, mesh.supply, wishBps, this.#bitrate.targetBps, nowMs);
    const report = {
      wishBps,
      uplinkBps: mesh.copyBps,
      crowdBps: this.#supply.ceilingBps,
      backlogMs: (mesh.backlogBytes * 8000) / mesh.uplink.capacityBps,
      droppedShare: 0,
    };
    this.#bitrate = decideBitrate(this.#bitrate, report, nowMs);
    const share = this.#bitrate.targetBps / wishBps;
    return share < 1 ? smaller(chunk, share) : chunk;
  }
}

/** The same chunk with less in it: its header is as much shorter as it has fewer hashes. */
function smaller({ header }: CutChunk, share: number): CutChunk {
  const byteLength = Math.max(1, Math.round(header.byteLength * share));
  const pieces = pieceCount(byteLength);
  const fewer = (header.pieces - pieces) * HASH_BYTES;
  const hashes = header.hashes.subarray(0, pieces * HASH_BYTES);
  const encoded = header.encoded.subarray(0, header.encoded.length - fewer);
  const less = { ...header, byteLength, pieces, hashes, encoded };
  return { header: less, pieces: Array.from({ length: pieces }, (_, index) => blank(pieceLength(less, index))) };
}
