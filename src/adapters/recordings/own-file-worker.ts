/** Each order is answered in turn, with the name of an error if there was one; memory that came with it goes back. */
export interface OwnFileAnswer {
  readonly failure: string | null;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
}

/** What the page asks for. */
export type OwnFileOrder =
  /** Files of the folder whose names, numbers, are smaller than `oldest` are of no use any more. */
  | { readonly type: 'open'; readonly folder: string; readonly file: string; readonly oldest: number }
  | { readonly type: 'write'; readonly at: number; readonly length: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'truncate' }
  | { readonly type: 'close' };

/** `lib.dom` doesn't know it: only workers have it. @see https://fs.spec.whatwg.org/#api-filesystemsyncaccesshandle */
interface SyncAccessHandle {
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

// In a worker, because only there every browser lets a file be written in place: what is written stays, whatever comes.
let handle: SyncAccessHandle | null = null;
let doing: Promise<void> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<OwnFileOrder>) => {
  doing = doing.then(async () => {
    const bytes = data.type === 'write' ? data.bytes : null;
    let failure: string | null = null;
    try {
      await carryOut(data);
    } catch (error) {
      failure = error instanceof DOMException ? error.name : 'Error';
    }
    const answer: OwnFileAnswer = { failure, bytes };
    postMessage(answer, { transfer: bytes ? [bytes.buffer] : [] });
  });
});

async function carryOut(order: OwnFileOrder): Promise<void> {
  switch (order.type) {
    case 'open': {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle(order.folder, { create: true });
      for await (const name of folder.keys()) {
        if (Number(name) < order.oldest) await folder.removeEntry(name).catch(() => undefined); // another tab writes it
      }
      const file = await folder.getFileHandle(order.file, { create: true });
      const opener = file as FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncAccessHandle> };
      handle = await opener.createSyncAccessHandle();
      break;
    }
    case 'write': {
      const written = handle?.write(order.bytes.subarray(0, order.length), { at: order.at });
      if (written !== order.length) throw new DOMException('Only a part was written', 'QuotaExceededError');
      break;
    }
    case 'truncate':
      handle?.truncate(0);
      break;
    case 'close':
      handle?.flush();
      handle?.close();
      handle = null;
  }
}
