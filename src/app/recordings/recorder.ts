import type { CutChunk } from '../../core/chunk.ts';
import { joinPieces } from '../../core/chunk.ts';
import { GroupGatherer, packGroup, type RecordedChunk } from '../../core/recording/chunk-group.ts';
import { initOf } from '../../core/recording/init-of.ts';
import { placeGroup } from '../../core/recording/entry.ts';
import { hoursLeft, isSpaceLow } from '../../core/recording/space.ts';
import type { TimeMap } from '../../core/recording/time-map.ts';
import { type Clock, every } from '../clock.ts';
import { type ProblemCode, ProblemError } from '../problem.ts';
import type { RoomSession } from '../room-view.ts';
import { Chronicle } from './chronicle.ts';
import type { NewGroup, OpenRecording, Recording, RecordingPorts } from './recording.ts';

/** Media that may wait for the disk before the recording is given up, bytes (chosen: half a minute of a good show). */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;
/** How often the free space is looked at, ms (chosen: asking costs next to nothing, and a show fills 250 kB a second). */
const LOOK_MS = 10_000;

export interface RecorderPorts extends RecordingPorts {
  readonly clock: Clock;
}

export interface RecorderOptions {
  readonly show: Pick<Recording, 'streamId' | 'publicKey'>;
  /** What the show takes now, bit/s. */
  bitsPerSecond(): number;
  /** Most viewers at once so far. */
  peakViewers(): number;
  /** Figures changed. */
  onChange(): void;
  /** A problem has come up or is over. After any but `recording-low` and `recording-elsewhere` the recording has ended. */
  onProblem(code: ProblemCode, isThere: boolean): void;
}

/**
 * Writes a show down as it is published. Whatever goes wrong with that ends the recording and is said; nothing here
 * throws or holds anybody up.
 */
export class Recorder {
  /** Null until the database is open. */
  id: string | null = null;
  bytes = 0;
  durationMs = 0;
  hoursLeft: number | null = null;
  readonly #gatherer = new GroupGatherer();
  #recording: OpenRecording | null = null;
  #chronicle: Chronicle | null = null;
  #map: TimeMap | null = null;
  /** Groups from before the recording was open: where they belong is not known yet. */
  readonly #unplaced: (readonly RecordedChunk[])[] = [];
  #waiting: NewGroup[] = [];
  #waitingBytes = 0;
  #writing: Promise<void>;
  #isWriting = true;
  #isOver = false;
  /** It has ended because something went wrong, which was said. */
  hasFailed = false;
  readonly #stopLooking: () => void;

  constructor(
    private readonly ports: RecorderPorts,
    private readonly options: RecorderOptions,
  ) {
    this.#writing = this.#begin();
    this.#stopLooking = every(ports.clock, LOOK_MS, () => void this.#look());
  }

  /** Takes the next chunk, as it was published. */
  take({ header, pieces }: CutChunk): void {
    if (this.#isOver || header.kind === 'end') return;
    try {
      const chunk = { header, bytes: joinPieces(header, pieces) };
      this.#close(this.#gatherer.take(chunk));
    } catch (error) {
      this.#fail(error); // whoever publishes must never hear of it
    }
  }

  /** What people say and do during the show is kept with it. */
  listenTo(room: RoomSession): void {
    this.#chronicle?.close();
    this.#chronicle = new Chronicle(room, this.ports.clock, (story) => this.#recording?.tell(story));
    if (this.#recording) this.#chronicle.begin(this.#recording.story);
  }

  /** The show, or the recording of it, is over; resolves when everything is safe, or has failed and was said. */
  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#close(this.#gatherer.flush());
    await this.#writing;
    try {
      await this.#chronicle?.flush();
      await this.#recording?.finish();
    } catch (error) {
      this.#fail(error);
    }
    this.#letGo();
  }

  /** The page goes: what is here is still handed to the browser, and the show may go on in the same recording. */
  close(): void {
    if (this.#isOver) return;
    this.#close(this.#gatherer.flush());
    void this.#writing.then(() => {
      this.#letGo();
    });
  }

  async #begin(): Promise<void> {
    try {
      void this.ports.room.askToStay();
      const recording = await this.ports.store.record(this.options.show, this.ports.clock.nowMs());
      this.#recording = recording;
      this.#map = recording.map;
      this.id = recording.id;
      this.bytes = recording.bytes;
      this.durationMs = recording.map?.endMs ?? 0;
      this.#chronicle?.begin(recording.story);
      if (recording.isElsewhere) this.options.onProblem('recording-elsewhere', true);
      // Groups that were closed before have waited for their place.
      this.#waiting = this.#unplaced.splice(0).flatMap((chunks) => this.#place(chunks));
      await this.#look();
      await this.#write();
    } catch (error) {
      this.#fail(error);
    }
  }

  #close(chunks: readonly RecordedChunk[] | null): void {
    if (chunks === null) return;
    if (this.#recording === null) this.#unplaced.push(chunks);
    else this.#waiting.push(...this.#place(chunks));
    this.#waitingBytes += chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (this.#waitingBytes > MOST_WAITING_BYTES) {
      this.#fail(new ProblemError('recording-slow'));
    } else if (!this.#isWriting) {
      this.#isWriting = true;
      this.#writing = this.#write();
    }
  }

  #place(chunks: readonly RecordedChunk[]): NewGroup[] {
    const placed = placeGroup(chunks, this.#map);
    // A recording can only begin with a picture that stands for itself.
    if (placed === null || (this.#map === null && !placed.entry.isKey)) return [];
    this.#map = placed.map;
    return [{ entry: placed.entry, init: initOf(chunks), packed: packGroup(chunks) }];
  }

  async #write(): Promise<void> {
    try {
      while (this.#recording !== null && this.#waiting.length > 0 && !this.#isOver) {
        const groups = this.#waiting.splice(0);
        this.#waitingBytes = 0;
        await this.#recording.append(groups, this.options.peakViewers());
        this.bytes += groups.reduce((sum, { packed }) => sum + packed.length, 0);
        this.durationMs = groups.at(-1)?.entry.endMs ?? this.durationMs;
        this.options.onChange();
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isWriting = false; // at once: whatever comes next has to begin anew
    }
  }

  async #look(): Promise<void> {
    const { freeBytes } = await this.ports.room.measure();
    if (this.#isOver) return;
    this.hoursLeft = hoursLeft(freeBytes, this.options.bitsPerSecond());
    this.options.onProblem('recording-low', isSpaceLow(this.hoursLeft));
    this.options.onChange();
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    const code = error instanceof ProblemError ? error.code : 'recordings-blocked';
    this.hasFailed = true;
    this.#letGo();
    this.options.onProblem('recording-low', false);
    this.options.onProblem(code, true);
  }

  #letGo(): void {
    this.#isOver = true;
    this.#stopLooking();
    this.#chronicle?.close();
    this.#recording?.release();
    this.#waiting = [];
    this.options.onChange();
  }

  /** False once it has ended, for whatever reason. */
  get isRunning(): boolean {
    return !this.#isOver;
  }
}
