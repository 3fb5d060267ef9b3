import type { CutChunk } from '../../core/chunk.ts';
import { hoursLeft } from '../../core/recording/space.ts';
import type { Broadcast } from '../broadcast.ts';
import type { Clock } from '../clock.ts';
import type { OwnShow } from '../own-show.ts';
import type { ProblemCode } from '../problem.ts';
import type { Gathering } from '../gathering.ts';
import type { Snapshot } from '../snapshot.ts';
import { offerSoFar } from '../past/past-so-far.ts';
import { recordedPast, type PastSource } from '../past/past-source.ts';
import { Film } from './film.ts';
import { Recorder } from './recorder.ts';
import type { RecordingPorts, RecordingView } from './recording.ts';

interface Listener {
  onView(view: RecordingView): void;
  onProblem(code: ProblemCode, isThere: boolean): void;
}

/** The recording of a host's show: as the host wishes, before the show and in its middle. */
export class StudioRecording {
  #isWanted = true;
  #recorder: Recorder | null = null;
  /** A recording that is being brought to its end: the next one begins behind it. */
  #ending: Promise<void> = Promise.resolve();
  /** What can be recorded; null while nobody is live. */
  #show: { readonly own: OwnShow; readonly broadcast: Broadcast; readonly room: Gathering['room'] } | null = null;
  #stopOffering: () => void = () => undefined;
  /** The session of the host that was recorded last. */
  #epochS = 0;
  #hoursLeft: number | null = null;
  /** Problems that were said and are not over. */
  readonly #problems = new Set<ProblemCode>();

  constructor(
    private readonly ports: RecordingPorts,
    private readonly clock: Clock,
    private readonly listener: Listener,
  ) {}

  /** Finds out how much of a show of that rate fits, bit/s. */
  async look(bitsPerSecond: number): Promise<void> {
    const { freeBytes } = await this.ports.room.measure();
    this.#hoursLeft = hoursLeft(freeBytes, bitsPerSecond);
    this.#tell();
  }

  want(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (!isWanted) this.#ending = this.#recorder?.end() ?? this.#ending;
    else {
      void this.#ending.then(() => {
        if (this.#isWanted && this.#recorder?.isRunning !== true) this.#start();
      });
    }
    this.#tell();
  }

  /** From now on what is recorded is offered to those who come late. */
  begin(own: OwnShow, broadcast: Broadcast, { room, past }: Pick<Gathering, 'room' | 'past'>): void {
    this.#show = { own, broadcast, room };
    this.#stopOffering();
    this.#stopOffering = offerSoFar(
      this.clock,
      () => this.past(own, false),
      (source) => past.offer(source),
    );
    this.#epochS = broadcast.epochS;
    if (this.#isWanted) this.#start();
  }

  take(chunk: CutChunk): void {
    this.#recorder?.take(chunk);
  }

  async end(): Promise<void> {
    this.#stopOffering();
    this.#show = null;
    await this.#recorder?.end();
  }

  /** The show from its beginning, for those who come now; null when nothing of it was recorded. Never rejects. */
  async past(own: OwnShow, isOver: boolean): Promise<PastSource | null> {
    const id = this.#recorder?.id ?? null;
    if (id === null) return null;
    try {
      const film = await Film.open(this.ports.store, id, () => Promise.resolve(null));
      return await recordedPast(film, { epochS: this.#epochS, isOver }, own);
    } catch {
      return null; // of what can't be read the library says so
    }
  }

  close(): void {
    this.#stopOffering();
    this.#show = null;
    this.#recorder?.close();
  }

  get snapshot(): Snapshot['recording'] {
    const recorder = this.#recorder;
    return recorder && { id: recorder.id, bytes: recorder.bytes, durationMs: Math.round(recorder.durationMs) };
  }

  #start(): void {
    if (this.#show === null) return;
    const { own, broadcast, room } = this.#show;
    for (const code of [...this.#problems]) this.#say(code, false);
    this.#recorder = new Recorder(
      { ...this.ports, clock: this.clock },
      {
        show: { streamId: own.streamId, publicKey: own.signer.publicKey },
        bitsPerSecond: () => broadcast.targetBps,
        peakViewers: () => broadcast.mostViewers,
        onChange: () => this.#tell(),
        onProblem: (code, isThere) => this.#say(code, isThere),
      },
    );
    if (room) this.#recorder.listenTo(room);
  }

  #say(code: ProblemCode, isThere: boolean): void {
    if (isThere) this.#problems.add(code);
    else this.#problems.delete(code);
    this.listener.onProblem(code, isThere);
  }

  #tell(): void {
    const recorder = this.#recorder;
    const isOver = recorder?.isRunning === false;
    if (this.#show !== null && isOver && recorder.hasFailed) this.#isWanted = false;
    this.listener.onView({
      isWanted: this.#isWanted,
      isRunning: recorder?.isRunning === true,
      hoursLeft: recorder?.hoursLeft ?? this.#hoursLeft,
    });
  }
}
