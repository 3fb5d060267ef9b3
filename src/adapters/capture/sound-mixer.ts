/** How much of the latest sound the level looks at: 2,048 samples, 43 ms at 48 kHz. */
const LEVEL_WINDOW = 2048;
/** What Opus works at, Hz. */
const OPUS_HZ = 48_000;
/** Fading time when sounds come and go, s: long enough not to click. */
const FADE_S = 0.01;

/**
 * Mixes microphone and the source's own sound into a track that never changes, so that the show's sound track goes on
 * whatever is swapped, and is silent when nothing is connected.
 */
export class SoundMixer {
  /**
   * Where tracks can't be read directly, they pass through another context, and Firefox joins only such as run at one
   * rate: that of the device, which its microphones have as well.
   */
  readonly context = new AudioContext({
    ...('MediaStreamTrackProcessor' in globalThis && { sampleRate: OPUS_HZ }),
    latencyHint: 'interactive',
  });
  readonly #out = new GainNode(this.context);
  readonly #tracks = new Map<number, MediaStreamTrack>();
  readonly #microphone = new GainNode(this.context);
  readonly #analyser = new AnalyserNode(this.context, { fftSize: LEVEL_WINDOW });
  readonly #window = new Float32Array(LEVEL_WINDOW);
  #microphoneInput: AudioNode | null = null;
  #sourceSound: AudioNode | null = null;
  #muted = false;

  readonly #onGesture = (): void => {
    this.resume().catch(() => undefined); // the next gesture tries again
  };

  constructor() {
    this.#microphone.connect(this.#out);
    // A source without signal keeps the context's clock and the track running.
    const silence = new ConstantSourceNode(this.context, { offset: 0 });
    silence.connect(this.#out);
    silence.start();
    for (const gesture of ['pointerdown', 'keydown']) addEventListener(gesture, this.#onGesture);
  }

  /** The mix, which is mixed down here: encoders that are given more channels than they are to make wait for seconds of sound. */
  track(channels: 1 | 2): MediaStreamTrack {
    const known = this.#tracks.get(channels);
    if (known) return known;
    const end = new MediaStreamAudioDestinationNode(this.context, { channelCount: channels });
    this.#out.connect(end);
    const [track] = end.stream.getAudioTracks();
    if (track === undefined) throw new TypeError('a destination node has an audio track');
    this.#tracks.set(channels, track);
    return track;
  }

  get muted(): boolean {
    return this.#muted;
  }

  /** Silences the microphone and the source's sound alike: whoever mutes wants to be unheard. */
  set muted(muted: boolean) {
    this.#muted = muted;
    this.#microphone.gain.setTargetAtTime(muted ? 0 : 1, this.context.currentTime, FADE_S);
    if (muted) this.#sourceSound?.disconnect();
    else this.#sourceSound?.connect(this.#out);
  }

  /** Replaces the microphone; null for none. */
  setMicrophone(stream: MediaStream | null): void {
    this.#microphoneInput?.disconnect();
    this.#microphoneInput = stream === null ? null : this.context.createMediaStreamSource(stream);
    this.#microphoneInput?.connect(this.#microphone);
    this.#microphoneInput?.connect(this.#analyser);
  }

  /** Replaces the source's own sound; null for none. */
  setSourceSound(sound: AudioNode | null): void {
    this.#sourceSound?.disconnect();
    this.#sourceSound = sound;
    if (!this.#muted) sound?.connect(this.#out);
  }

  /** Peak of the microphone's last 43 ms, 0 to 1; measured before muting, so that one sees it works. */
  level(): number {
    if (this.#microphoneInput === null) return 0;
    this.#analyser.getFloatTimeDomainData(this.#window);
    return Math.min(
      1,
      this.#window.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0),
    );
  }

  /** Browsers hold sound back until the person has touched the page. May stay pending until then. */
  async resume(): Promise<void> {
    if (this.context.state === 'suspended') await this.context.resume();
  }

  close(): void {
    for (const gesture of ['pointerdown', 'keydown']) removeEventListener(gesture, this.#onGesture);
    this.context.close().catch(() => undefined); // already closed
  }
}
