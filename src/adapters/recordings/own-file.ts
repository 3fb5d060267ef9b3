import type { FileSink } from '../../app/recordings/file-sink.ts';
import { asFileProblem } from './file-problem.ts';
import type { OwnFileAnswer, OwnFileOrder } from './own-file-worker.ts';
import OwnFileWorker from './own-file-worker.ts?worker&inline';

/** What has been handed to the browser is kept so long for it to copy, ms. Chosen. */
const KEPT_MS = 10 * 60_000;

/** A file in the page's own storage: on the disk, not in memory, and the browser downloads it from there. */
export class OwnFile implements FileSink {
  written = 0;
  readonly #name = String(Date.now());
  #lent = new Uint8Array(0);
  readonly #worker = new OwnFileWorker();

  private constructor(
    private readonly folder: string,
    private readonly deliver: (file: File) => void,
  ) {}

  /**
   * @param folder old files in it are removed: the browser has copied them, or never will
   * @param deliver called once with the whole file
   * @throws ProblemError
   */
  static async open(folder: string, deliver: (file: File) => void): Promise<OwnFile> {
    const own = new OwnFile(folder, deliver);
    await own.#ask({ type: 'open', folder, file: own.#name, oldest: Date.now() - KEPT_MS });
    return own;
  }

  async write(bytes: Uint8Array): Promise<void> {
    // Lent to the worker and given back: what is copied there would be collected late, and a file may have gigabytes.
    if (this.#lent.length < bytes.length) this.#lent = new Uint8Array(bytes.length);
    this.#lent.set(bytes);
    await this.#ask({ type: 'write', at: this.written, length: bytes.length, bytes: this.#lent }, [this.#lent.buffer]);
    this.written += bytes.length;
  }

  async restart(): Promise<void> {
    await this.#ask({ type: 'truncate' });
    this.written = 0;
  }

  async finish(): Promise<void> {
    await this.#ask({ type: 'close' });
    this.#worker.terminate();
    try {
      const root = await navigator.storage.getDirectory();
      const file = await (await root.getDirectoryHandle(this.folder)).getFileHandle(this.#name);
      this.deliver(await file.getFile());
    } catch (cause) {
      throw asFileProblem(cause);
    }
  }

  async discard(): Promise<void> {
    try {
      await this.#ask({ type: 'close' });
      this.#worker.terminate();
      const root = await navigator.storage.getDirectory();
      await (await root.getDirectoryHandle(this.folder)).removeEntry(this.#name);
    } catch {
      // A later download removes it.
    }
  }

  /** One order at a time. */
  async #ask(order: OwnFileOrder, lent: Transferable[] = []): Promise<void> {
    const answer = new Promise<OwnFileAnswer>((resolve) => {
      this.#worker.onmessage = ({ data }: MessageEvent<OwnFileAnswer>): void => resolve(data);
      this.#worker.onerror = (): void => resolve({ failure: 'Error', bytes: null });
    });
    this.#worker.postMessage(order, lent);
    const { failure, bytes } = await answer;
    this.#lent = bytes ?? new Uint8Array(0);
    if (failure !== null) throw asFileProblem(new DOMException('The file was not written', failure));
  }
}
