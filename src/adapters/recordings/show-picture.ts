import type { PictureRequest, ShowPicture } from '../../app/recordings/film.ts';
import { initFacts } from '../../core/recording/sample-entries.ts';

const QUALITY = 0.82; // chosen: a poster of 480 pixels takes 20 to 40 kB
/** A decoder that says nothing for so long is given up, ms. Chosen. */
const PATIENCE_MS = 5_000;

/** Decodes with WebCodecs and draws the last picture. */
export const showPicture: ShowPicture = async (request) => {
  const frame = await decodeLast(request).catch(() => null);
  if (frame === null) return null;
  const { displayWidth, displayHeight } = frame;
  const width = Math.min(request.width ?? displayWidth, displayWidth);
  const height = Math.round((width * displayHeight) / displayWidth);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.drawImage(frame, 0, 0, width, height);
  frame.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
};

async function decodeLast({ init, samples }: PictureRequest): Promise<VideoFrame | null> {
  const facts = initFacts(init.bytes);
  if (!('VideoDecoder' in globalThis) || facts === null) return null;
  let last: VideoFrame | null = null;
  const decoder = new VideoDecoder({
    output: (frame) => {
      last?.close();
      last = frame;
    },
    error: () => undefined, // `flush` rejects with it
  });
  const { description, width, height } = facts;
  decoder.configure({
    codec: init.codecs.split(',')[0] ?? '',
    codedWidth: width,
    codedHeight: height,
    ...(description && { description }),
  });
  samples.forEach(({ bytes, timestampUs }, at) => {
    decoder.decode(new EncodedVideoChunk({ type: at === 0 ? 'key' : 'delta', timestamp: timestampUs, data: bytes }));
  });
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.race([decoder.flush(), patience]);
  decoder.close();
  return last;
}
