import { cutChunk, joinPieces } from '../../src/core/chunk.ts';
import { Chunker } from '../../src/core/fmp4/chunker.ts';
import type { MediaChunk } from '../../src/core/media-chunk.ts';
import type { RecordedChunk } from '../../src/core/recording/chunk-group.ts';
import type { Signer } from '../../src/core/identity.ts';
import { hash } from '../../src/adapters/keys/verification.ts';

/** A true record of a 640×360 baseline stream. */
const AVC_RECORD = Uint8Array.from(
  ('0142c01fffe1001a6742c01f95a0280bfe5c044000000300000400000070c3c60ca8001000468ce3c80'.match(/../g) ?? []).map(
    (byte) => parseInt(byte, 16),
  ),
);
/** Signs with nothing: what is recorded is not verified on its way in. */
const UNSIGNED: Signer = { publicKey: new Uint8Array(32), sign: async () => new Uint8Array(64) };
export const STREAM_ID = 'csm7nbfrcayqev4fr65rx7we40';

/** A made-up show, whose pictures no decoder takes for such, of so many seconds: 25 pictures and 50 Opus frames a second, a keyframe a second. */
export async function madeUpShow({
  seconds,
  epochS = 1_000,
  fromMs = 345.678,
  width = 640,
}: {
  seconds: number;
  epochS?: number;
  fromMs?: number;
  width?: number;
}): Promise<RecordedChunk[]> {
  const media: MediaChunk[] = [];
  const chunker = new Chunker({ channels: 2 }, (chunk) => media.push(chunk));
  chunker.setVideoTrack({ codec: 'avc1.42E01F', width, height: 360, description: AVC_RECORD });
  let soundUs = fromMs * 1000;
  for (let picture = 0; picture < seconds * 25; picture++) {
    const timestampUs = fromMs * 1000 + picture * 40_000;
    for (; soundUs + 20_000 <= timestampUs; soundUs += 20_000) {
      chunker.addAudio({ bytes: Uint8Array.of(0xfc, 1, picture & 0xff), timestampUs: soundUs, durationUs: 20_000 });
    }
    const bytes = Uint8Array.of(0, 0, 0, 3, 0x65, picture >>> 8, picture & 0xff);
    chunker.addVideo({ bytes, timestampUs, isKey: picture % 25 === 0 });
  }
  chunker.flush();
  let lastKey = 0;
  return Promise.all(
    media.map(async (chunk, sequence) => {
      if (chunk.kind === 'key') lastKey = sequence;
      const place = { streamId: STREAM_ID, epochS, sequence, sinceKey: sequence - lastKey, viewers: 0 };
      const { header, pieces } = await cutChunk(chunk, place, UNSIGNED, hash);
      return { header, bytes: joinPieces(header, pieces) };
    }),
  );
}
