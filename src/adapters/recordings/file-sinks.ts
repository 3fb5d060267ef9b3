import type { FileSink, FileSinks } from '../../app/recordings/file-sink.ts';
import { asFileProblem } from './file-problem.ts';
import { OwnFile } from './own-file.ts';

/** `lib.dom` doesn't know it. @see https://wicg.github.io/file-system-access/ */
interface SavePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

/** Folder of the page's own storage for files on their way out. */
const FOLDER = 'downloads';
/** What has been handed to the browser is kept so long for it to copy, ms. Chosen. */
const KEPT_MS = 10 * 60_000;

/** To the disk where the browser lets the page, else through its own storage. */
export const fileSinks: FileSinks = {
  async open(name) {
    const { showSaveFilePicker } = globalThis as SavePicker;
    if (showSaveFilePicker !== undefined) {
      try {
        return new ChosenFile(await showSaveFilePicker({ suggestedName: name }));
      } catch (error) {
        if (error instanceof DOMException && error.name === 'AbortError') return null;
        // Forbidden here, as in a frame: the other way is open.
      }
    }
    return OwnFile.open(FOLDER, (file) => fileSinks.give(name, file));
  },
  give(name, content) {
    const url = URL.createObjectURL(content);
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
  },
};

/** A file on the disk that the person has chosen. The browser puts it there when it is whole. */
class ChosenFile implements FileSink {
  written = 0;
  #stream: FileSystemWritableFileStream | null = null;

  constructor(private readonly handle: FileSystemFileHandle) {}

  async write(bytes: Uint8Array): Promise<void> {
    await this.#try(async () => {
      this.#stream ??= await this.handle.createWritable();
      // A view on whatever memory the bytes came in; nobody writes to them.
      await this.#stream.write(bytes as Uint8Array<ArrayBuffer>);
    });
    this.written += bytes.length;
  }

  async restart(): Promise<void> {
    await this.discard();
    this.written = 0;
  }

  async finish(): Promise<void> {
    await this.#try(async () => this.#stream?.close());
    this.#stream = null;
  }

  async discard(): Promise<void> {
    const stream = this.#stream;
    this.#stream = null;
    await stream?.abort().catch(() => undefined);
  }

  /** A stream that has failed has lost what went into it. */
  async #try(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
    } catch (cause) {
      this.#stream = null;
      this.written = 0;
      throw asFileProblem(cause);
    }
  }
}
