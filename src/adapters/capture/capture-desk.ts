import type {
  CaptureDesk,
  CaptureEvent,
  Device,
  EncodingPlan,
  EncodingStats,
  QualityWish,
  SourceKind,
  SourceRequest,
} from '../../app/capture-desk.ts';
import { ProblemError } from '../../app/problem.ts';
import type { MediaChunk } from '../../core/media-chunk.ts';
import { openCamera } from './camera-source.ts';
import { listDevices, onDevicesChange } from './devices.ts';
import { openFile } from './file-source.ts';
import { openMicrophone } from './microphone.ts';
import type { Microphone } from './microphone.ts';
import { negotiate } from './negotiate.ts';
import { openPattern } from './pattern-source.ts';
import type { PictureSource } from './picture-source.ts';
import { openScreen } from './screen-source.ts';
import { ShowEncoding } from './show-encoding.ts';
import { soundPlan } from './sound-encoder.ts';
import { SoundMixer } from './sound-mixer.ts';

/** The desk on this browser's devices. */
export const createCaptureDesk = (): CaptureDesk => new BrowserCaptureDesk();

type CameraRequest = Extract<SourceRequest, { kind: 'camera' }>;
type Facing = 'user' | 'environment';

class BrowserCaptureDesk implements CaptureDesk {
  readonly #mixer = new SoundMixer();
  readonly #listeners = new Set<(event: CaptureEvent) => void>();
  readonly #stopWatchingDevices = onDevicesChange(() => void this.#countCameras());
  #picture: PictureSource | null = null;
  #preview: MediaStream | null = null;
  #microphone: Microphone | null = null;
  #encoding: ShowEncoding | null = null;
  #cameraCount = 0;
  /** As the encoder last wished; null before. */
  #shortSide: number | null = null;
  #facing: Facing = 'user';
  /** Counts requests for a source: an answer to an older one comes too late. */
  #request = 0;
  #isClosed = false;

  get preview(): MediaStream | null {
    return this.#preview;
  }

  get source(): SourceKind | null {
    return this.#picture?.kind ?? null;
  }

  get cameraId(): string | null {
    return this.#picture?.deviceId ?? null;
  }

  get microphoneId(): string | null {
    return this.#microphone?.id ?? null;
  }

  get canFlip(): boolean {
    // Only phones and tablets say which way a camera faces.
    const facing = this.#picture?.kind === 'camera' ? this.#picture.track.getSettings().facingMode : undefined;
    return this.#cameraCount > 1 && (facing === 'user' || facing === 'environment');
  }

  get pictureSize(): { readonly width: number; readonly height: number } | null {
    return this.#picture?.size() ?? null;
  }

  get muted(): boolean {
    return this.#mixer.muted;
  }

  set muted(muted: boolean) {
    this.#mixer.muted = muted;
  }

  get encoding(): EncodingStats | null {
    return this.#encoding?.stats ?? null;
  }

  microphoneLevel(): number {
    return this.#mixer.level();
  }

  listDevices(): Promise<{ cameras: Device[]; microphones: Device[] }> {
    return listDevices();
  }

  async useSource(request: SourceRequest): Promise<void> {
    const order = (this.#request += 1);
    const isFirstCamera = request.kind === 'camera' && this.#microphone === null;
    await this.#show(await this.#open(request), () => order === this.#request);
    if (isFirstCamera) await this.#tryMicrophone();
    await this.#countCameras();
  }

  async useMicrophone(deviceId: string | null): Promise<void> {
    const next = deviceId === null ? null : await openMicrophone(deviceId);
    this.#plugIn(next);
  }

  async flipCamera(): Promise<void> {
    if (this.#picture?.kind !== 'camera') return;
    const now = this.#picture.track.getSettings().facingMode ?? this.#facing;
    this.#facing = now === 'user' ? 'environment' : 'user';
    await this.useSource({ kind: 'camera', facing: this.#facing });
  }

  async negotiate(wish: QualityWish): Promise<EncodingPlan> {
    if (!isSecureContext) throw new ProblemError('insecure-page');
    this.#shortSide = wish.height;
    await this.#picture?.fit?.(wish.height);
    return negotiate(wish, this.pictureSize ?? { width: 1280, height: 720 });
  }

  async startEncoding(plan: EncodingPlan, epochS: number, onChunk: (chunk: MediaChunk) => void): Promise<void> {
    if (this.#picture === null) throw new ProblemError('camera-missing');
    await this.stopEncoding();
    void this.#mixer.resume().catch(() => undefined); // until the browser allows it, silence stands in
    const encoding = new ShowEncoding({
      plan,
      epochS,
      sound: this.#mixer.track(soundPlan(plan.bitsPerSecond).channels),
      soundRate: this.#mixer.context.sampleRate,
      onChunk,
      onSlow: () => this.#tell({ type: 'problem', code: 'encoder-slow' }),
      onFailure: () => this.#tell({ type: 'problem', code: 'no-encoder' }),
    });
    this.#encoding = encoding;
    try {
      await encoding.start(this.#picture.track);
    } catch (cause) {
      await this.stopEncoding();
      throw new ProblemError('no-encoder', { cause });
    }
  }

  setBitrate(bitsPerSecond: number): void {
    this.#encoding?.setBitrate(bitsPerSecond);
  }

  async stopEncoding(): Promise<void> {
    const encoding = this.#encoding;
    this.#encoding = null;
    await encoding?.close();
  }

  onEvent(listener: (event: CaptureEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#listeners.clear();
    this.#stopWatchingDevices();
    void this.stopEncoding();
    this.#plugIn(null);
    this.#mixer.setSourceSound(null);
    this.#picture?.close();
    this.#picture = null;
    this.#preview = null;
    this.#mixer.close();
  }

  /** Swaps to an open source, unless it is no longer wanted. */
  async #show(picture: PictureSource, isWanted: () => boolean): Promise<void> {
    if (this.#isClosed || !isWanted()) {
      picture.close();
      return;
    }
    if (this.#shortSide !== null) await picture.fit?.(this.#shortSide);
    try {
      await this.#encoding?.usePicture(picture.track);
    } catch (cause) {
      picture.close();
      throw new ProblemError('no-encoder', { cause });
    }
    const former = this.#picture;
    this.#picture = picture;
    this.#preview = new MediaStream([picture.track]);
    this.#mixer.setSourceSound(picture.sound);
    former?.close();
    picture.onEnded(() => {
      if (this.#picture === picture) this.#tell({ type: 'problem', code: 'source-ended' });
    });
    this.#tell({ type: 'preview' });
  }

  #open(request: SourceRequest): Promise<PictureSource> {
    switch (request.kind) {
      case 'camera':
        return this.#openCamera(request);
      case 'screen':
        return openScreen(this.#mixer.context);
      case 'file':
        return openFile(request.file, this.#mixer.context);
      case 'test':
        return openPattern(this.#mixer.context);
    }
  }

  /** Many phones run one camera at a time: then the present one is let go first, and its last picture stays meanwhile. */
  async #openCamera(request: CameraRequest): Promise<PictureSource> {
    const present = this.#picture;
    try {
      return await openCamera(request);
    } catch (problem) {
      const isInOurWay = problem instanceof ProblemError && problem.code === 'camera-in-use';
      if (!isInOurWay || present?.kind !== 'camera' || present !== this.#picture) throw problem;
      this.#encoding?.releasePicture();
      present.close();
      try {
        return await openCamera(request);
      } catch (again) {
        const former = await openCamera({ kind: 'camera', ...(present.deviceId && { deviceId: present.deviceId }) });
        await this.#show(former, () => this.#picture === present);
        throw again;
      }
    }
  }

  /** A camera goes on without sound when there is no microphone. */
  async #tryMicrophone(): Promise<void> {
    try {
      this.#plugIn(await openMicrophone(null));
    } catch (cause) {
      this.#tell({ type: 'problem', code: cause instanceof ProblemError ? cause.code : 'microphone-missing' });
    }
  }

  #plugIn(microphone: Microphone | null): void {
    if (this.#isClosed && microphone !== null) {
      microphone.close();
      return;
    }
    const former = this.#microphone;
    this.#microphone = microphone;
    this.#mixer.setMicrophone(microphone?.stream ?? null);
    former?.close();
    microphone?.onEnded(() => {
      if (this.#microphone === microphone) this.#tell({ type: 'problem', code: 'microphone-missing' });
    });
  }

  async #countCameras(): Promise<void> {
    this.#cameraCount = (await listDevices()).cameras.length;
    this.#tell({ type: 'devices' });
  }

  #tell(event: CaptureEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
