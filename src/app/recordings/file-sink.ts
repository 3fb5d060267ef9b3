/** A file that is being written, from front to back. */
export interface FileSink {
  /** Bytes that are in it for good. */
  readonly written: number;
  /**
   * @param bytes may be written over once they are in it
   * @throws ProblemError `download-failed`, `recording-full`; the sink can be gone on with
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Empties it. @throws ProblemError as `write` */
  restart(): Promise<void>;
  /** Makes it the person's. @throws ProblemError as `write` */
  finish(): Promise<void>;
  /** Throws it away. Never rejects. */
  discard(): Promise<void>;
}

/** Ways for a file to leave the page. */
export interface FileSinks {
  /**
   * Where the browser lets a page write to the disk: asks the person where. Otherwise in the page's own storage, from where
   * the browser downloads it. Call it on a tap. Null when the person thought better of it.
   * @throws ProblemError `download-failed`
   */
  open(name: string, bytes: number): Promise<FileSink | null>;
  /** Hands over something small at once. */
  give(name: string, content: Blob): void;
}
