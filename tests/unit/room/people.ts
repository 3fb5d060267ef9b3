import { newPortableSecret, portablePublicKey } from '../../../src/adapters/keys/portable-ed25519.ts';
import { type ShowKey, signerOf } from '../../../src/adapters/keys/show-key.ts';
import { createVerification } from '../../../src/adapters/keys/verification.ts';
import type { Signer } from '../../../src/core/identity.ts';
import type { Content } from '../../../src/core/room/content.ts';
import { encodeContent } from '../../../src/core/room/content-wire.ts';
import { clientOf, decodeEntry, type Entry, type PersonId, personId, signEntry } from '../../../src/core/room/entry.ts';

export const STREAM = '0123456789abcdefghjkmnpq00';
export const verification = createVerification();
export const hash = (bytes: Uint8Array): Uint8Array => verification.hash(bytes);

function portableKey(): ShowKey {
  const secret = newPortableSecret();
  return { publicKey: portablePublicKey(secret), material: { type: 'portable', secret } };
}

/** Somebody with a real key, writing under one Yjs client after the other. */
export class Writer {
  readonly signer: Signer = signerOf(portableKey());
  readonly id: PersonId = personId(this.signer.publicKey);
  #session = 1;
  #clock = 0;

  get client(): number {
    return clientOf(this.signer.publicKey, this.#session, hash);
  }

  /** As after a reload: another client, counted from 0. */
  reload(): void {
    this.#session += 1;
    this.#clock = 0;
  }

  async write(content: Content, timeMs: number): Promise<Entry> {
    return this.writeBytes(encodeContent(content), timeMs);
  }

  /** Any bytes as the content. */
  async writeBytes(content: Uint8Array, timeMs: number): Promise<Entry> {
    const place = { client: this.client, clock: this.#clock++ };
    const encoded = await signEntry(STREAM, { ...place, session: this.#session, timeMs, content }, this.signer);
    const entry = decodeEntry(encoded, place, hash);
    if (!entry) throw new Error('not an entry');
    return entry;
  }

  /** Two entries for the same place. */
  async fork(one: string, other: string, timeMs: number): Promise<readonly [Entry, Entry]> {
    const first = await this.say(one, timeMs);
    this.#clock -= 1;
    return [first, await this.say(other, timeMs)];
  }

  say(text: string, timeMs: number): Promise<Entry> {
    return this.write({ type: 'chat', text, replyTo: null }, timeMs);
  }
}
