import type { TextPacker } from '../app/invitations.ts';

/** Chosen: an invitation takes about 1 KiB; more is nobody's, and must not be unpacked without end. */
const MAX_UNPACKED_BYTES = 16 * 1024;

async function readAll(stream: ReadableStream<Uint8Array>, mostBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = stream.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let bytes = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    bytes += value.length;
    if (bytes > mostBytes) {
      await reader.cancel();
      return null;
    }
    parts.push(new Uint8Array(value));
  }
}

/** Deflated, in letters, digits, `-` and `_`: whatever messenger carries it leaves them alone. */
export const textPacker: TextPacker = {
  async pack(text) {
    const packed = await readAll(new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw')), Infinity);
    const letters = btoa(String.fromCharCode(...(packed ?? [])));
    return letters.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  },
  async unpack(packed) {
    try {
      const letters = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
      const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
      const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
      const found = await readAll(text, MAX_UNPACKED_BYTES);
      return found && new TextDecoder().decode(found);
    } catch {
      return null;
    }
  },
};
