import { box, fullBox, u32, u64 } from '../fmp4/boxes.ts';

/** Numbers that grow without an object each: a show of three hours has a million samples. */
class Column {
  #values = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  /** The last but so many, 1 the last. */
  last(back: number): number | undefined {
    return this.#values[this.length - back];
  }

  /** Adds to the last but so many. */
  addToLast(back: number, value: number): void {
    const at = this.length - back;
    this.#values[at] = (this.#values[at] ?? 0) + value;
  }

  /** Big-endian, 32 bits each. */
  encoded(): Uint8Array {
    const bytes = new Uint8Array(this.length * 4);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < this.length; at++) view.setUint32(at * 4, this.#values[at] ?? 0);
    return bytes;
  }
}

/** The sample tables of one track of a finished file, filled sample by sample. */
export class TrackTables {
  samples = 0;
  /** Ticks so far. */
  ticks = 0;
  /** Pairs of how many and how long. */
  readonly #durations = new Column();
  readonly #sizes = new Column();
  readonly #keys = new Column();
  /** Triples: first chunk, samples in each from there on, sample entry. */
  readonly #runs = new Column();
  #chunks = 0;
  /** Where the chunks lie, bytes from the beginning of the media. */
  readonly #offsets: number[] = [];

  add(size: number, duration: number, isKey: boolean): void {
    this.samples += 1;
    this.ticks += duration;
    if (this.#durations.last(1) === duration) this.#durations.addToLast(2, 1);
    else {
      this.#durations.push(1);
      this.#durations.push(duration);
    }
    this.#sizes.push(size);
    if (isKey) this.#keys.push(this.samples);
  }

  /** The last so many samples lie together at a place. @param entry which sample entry they need, from 1 */
  closeChunk(offset: number, samples: number, entry: number): void {
    if (samples === 0) return;
    this.#chunks += 1;
    this.#offsets.push(offset);
    if (this.#runs.last(2) === samples && this.#runs.last(1) === entry) return;
    this.#runs.push(this.#chunks);
    this.#runs.push(samples);
    this.#runs.push(entry);
  }

  /**
   * @param base where the media begins in the file
   * @param isLarge offsets need 64 bits
   * @param hasKeys false: every sample stands for itself
   */
  encoded(base: number, isLarge: boolean, hasKeys: boolean): Uint8Array[] {
    const offsets = this.#offsets.flatMap((offset) => (isLarge ? u64(base + offset) : u32(base + offset)));
    return [
      fullBox('stts', 0, 0, u32(this.#durations.length / 2), this.#durations.encoded()),
      ...(hasKeys ? [fullBox('stss', 0, 0, u32(this.#keys.length), this.#keys.encoded())] : []),
      fullBox('stsc', 0, 0, u32(this.#runs.length / 3), this.#runs.encoded()),
      fullBox('stsz', 0, 0, u32(0), u32(this.#sizes.length), this.#sizes.encoded()),
      fullBox(isLarge ? 'co64' : 'stco', 0, 0, u32(this.#offsets.length), offsets),
    ];
  }
}

/** The sample table box. */
export const sampleTable = (entries: Uint8Array, tables: readonly Uint8Array[]): Uint8Array =>
  box('stbl', fullBox('stsd', 0, 0, entries), ...tables);
