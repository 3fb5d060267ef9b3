import type { EncodingPlan, QualityWish } from '../../app/capture-desk.ts';
import { ProblemError } from '../../app/problem.ts';
import { fitPicture, videoCodecs, videoEncoderConfig } from './picture-plan.ts';
import { isPrompt } from './prompt-encoder.ts';
import { soundPlan } from './sound-encoder.ts';

/** Limits of a wish; whatever lies outside is brought inside. The heights are the contract's, the rest is chosen. */
const LOWEST = { height: 144, framesPerSecond: 5, bitsPerSecond: 150_000 };
const HIGHEST = { height: 1080, framesPerSecond: 60, bitsPerSecond: 20_000_000 };

/**
 * Finds an encoder for a source of this size that keeps up with a live show: H.264 baseline first, then VP9, then AV1, each
 * at half the size when the device refuses the full one. Where none proves prompt, the first that is there has to do.
 * @throws ProblemError `no-encoder`
 */
export async function negotiate(
  wish: QualityWish,
  source: { readonly width: number; readonly height: number },
): Promise<EncodingPlan> {
  if (!('VideoEncoder' in globalThis) || !('AudioEncoder' in globalThis)) throw new ProblemError('no-encoder');
  const framesPerSecond = within('framesPerSecond', wish);
  const bitsPerSecond = within('bitsPerSecond', wish);
  const sound = soundPlan(bitsPerSecond);
  if (!(await supportsOpus(sound.channels))) throw new ProblemError('no-encoder');

  let slow: EncodingPlan | null = null;
  const wished = within('height', wish);
  for (const height of [wished, Math.max(LOWEST.height, wished / 2)]) {
    const size = fitPicture(source, height);
    for (const codec of videoCodecs(size)) {
      const config = videoEncoderConfig(codec, size, { framesPerSecond }, bitsPerSecond - sound.bitsPerSecond);
      if (!(await supports(config))) continue;
      const plan = { ...size, framesPerSecond, bitsPerSecond, codecs: `${codec},opus` };
      if (await isPrompt(config)) return plan;
      slow ??= plan;
    }
  }
  if (slow) return slow;
  throw new ProblemError('no-encoder');
}

function within(key: keyof QualityWish, wish: QualityWish): number {
  const value = Number.isFinite(wish[key]) ? wish[key] : LOWEST[key];
  return Math.min(HIGHEST[key], Math.max(LOWEST[key], value));
}

async function supports(config: VideoEncoderConfig): Promise<boolean> {
  try {
    return (await VideoEncoder.isConfigSupported(config)).supported === true;
  } catch {
    return false; // a browser that doesn't even know the codec's name
  }
}

async function supportsOpus(channels: number): Promise<boolean> {
  try {
    const config = { codec: 'opus', sampleRate: 48_000, numberOfChannels: channels };
    return (await AudioEncoder.isConfigSupported(config)).supported === true;
  } catch {
    return false;
  }
}
