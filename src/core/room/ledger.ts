import { type Entry, type EntryPlace, isSameEntry, type PersonId } from './entry.ts';

/** Entries of one Yjs client in `RATE_MS` (chosen: a host with quick fingers and bursts of hearts makes about 12). */
export const MAX_RATE = 30;
export const RATE_MS = 10_000;
/** How far ahead of the host's clock an entry may be, ms (chosen: clocks learnt over the mesh differ by less than one). */
export const MAX_AHEAD_MS = 5_000;
/** Entries that one page ever wrote, and pages that one person ever opened (chosen: a long evening of talk; a bad line). */
const MAX_OF_CLIENT = 4_000;
const MAX_CLIENTS_OF_AUTHOR = 64;
/** Pages that ever wrote in a room (chosen: so that what one has of each, ten bytes, fits a message of 256 KiB). */
export const MAX_CLIENTS = 20_000;
/** Entries of one of the host's pages (chosen: no content can point behind it). */
const MAX_OF_HOST = 1_000_000;
/** Entries in a room (chosen: 20 MB; a lively evening of a thousand people has less). */
export const MAX_ENTRIES = 50_000;
/** Two rooms are compared by what is dated before a whole multiple of this, ms (chosen: an island of the chat is found after two or three of them). */
export const DIGEST_SPAN_MS = 2_000;
export const DIGEST_BYTES = 8;

/**
 * `next`: to be added. `known`: it is here already. `early`: what comes before it is missing, or its time has not come:
 * it will come again. `full`: no room for more. `bad`: its author breaks the rules; who carries it may be honest, because
 * an author can sign two entries for one place, and what follows one of them need not follow the other.
 */
export type Standing = 'next' | 'known' | 'early' | 'full' | 'bad';

/** Which entries are here, and which may follow. Decides on entries whose signatures were checked. */
export class Ledger {
  readonly #clients = new Map<number, Entry[]>();
  readonly #clientsOf = new Map<PersonId, number>();
  /** With the entry that broke the rules. All of them have entries here, or are no more than were let in. */
  readonly #barred = new Map<number, Entry>();
  /** Who signed two entries for one place: what they say depends on whom they say it to, so nothing of theirs counts. */
  readonly #expelled = new Set<PersonId>();
  #host: PersonId | null = null;
  #moderators: ReadonlySet<PersonId> = new Set();
  #size = 0;
  /** By the span of time that entries are dated in: the sum of the beginnings of their signatures. */
  readonly #sums = new Map<number, Uint8Array>();

  /** Entries here. */
  get size(): number {
    return this.#size;
  }

  /**
   * Eight bytes that are the same for the same entries dated before `untilMs`, whatever their order.
   * @param untilMs a multiple of `DIGEST_SPAN_MS`
   */
  digest(untilMs: number): Uint8Array {
    const digest = new Uint8Array(DIGEST_BYTES);
    for (const [span, sum] of this.#sums) if (span * DIGEST_SPAN_MS < untilMs) mix(digest, sum);
    return digest;
  }

  /** Entries of a client, its next clock. */
  countOf(client: number): number {
    return this.#clients.get(client)?.length ?? 0;
  }

  /** How many entries of each client are here, and whose they are. */
  *counts(): IterableIterator<[client: number, count: number, author: PersonId]> {
    for (const [client, entries] of this.#clients) if (entries[0]) yield [client, entries.length, entries[0].author];
  }

  /** All entries, each client's in order. */
  *entries(): IterableIterator<Entry> {
    for (const entries of this.#clients.values()) yield* entries;
  }

  /** The entry at that place. */
  at({ client, clock }: EntryPlace): Entry | undefined {
    return this.#clients.get(client)?.[clock];
  }

  /** Whether it is of interest: neither here, nor from somebody of whom nothing more is taken, or else at odds with what is. */
  wants(entry: Entry): boolean {
    if (this.#expelled.has(entry.author)) return false;
    const { client, clock } = entry;
    return this.rivalOf(entry) !== null || (clock >= this.countOf(client) && !this.#barred.has(client));
  }

  /** Another entry that the same author signed for the same place; null if there is none. */
  rivalOf(entry: Entry): Entry | null {
    const barred = this.#barred.get(entry.client);
    const there = this.at(entry) ?? (barred?.clock === entry.clock ? barred : undefined);
    return there && !isSameEntry(there, entry) ? there : null;
  }

  /** Nothing more is taken from its client, whose author broke the rules with it. */
  bar(entry: Entry): void {
    if (!this.#barred.has(entry.client)) this.#barred.set(entry.client, entry);
  }

  /** Takes out everything of somebody who signed two entries for one place, now and for ever. */
  expel(author: PersonId): void {
    this.#expelled.add(author);
    for (const [client, entries] of this.#clients) {
      if (entries[0]?.author !== author) continue;
      this.#clients.delete(client);
      this.#size -= entries.length;
      for (const entry of entries) this.#count(entry);
    }
    this.#clientsOf.delete(author);
  }

  isExpelled(author: PersonId): boolean {
    return this.#expelled.has(author);
  }

  /** @param hostMs the host's clock now */
  judge(entry: Entry, hostMs: number): Standing {
    const { client, clock, timeMs } = entry;
    if (this.#barred.has(client) || this.#expelled.has(entry.author)) return 'bad';
    const earlier = this.#clients.get(client) ?? [];
    if (clock < earlier.length) return 'known';
    if (clock > earlier.length || timeMs > hostMs + MAX_AHEAD_MS) return 'early';
    const last = earlier.at(-1);
    if (last && timeMs < last.timeMs) return 'bad';
    const burst = earlier.at(-MAX_RATE);
    if (earlier.length >= MAX_RATE && burst && timeMs - burst.timeMs < RATE_MS) return 'bad';
    return this.#hasRoomFor(entry) ? 'next' : 'full';
  }

  /** Who keeps order finds room in whatever others have filled; the host as often as it comes back. */
  keepRoomFor(host: PersonId | null, moderators: ReadonlySet<PersonId>): void {
    this.#host = host;
    this.#moderators = moderators;
  }

  #hasRoomFor({ clock, author }: Entry): boolean {
    if (author === this.#host) return clock < MAX_OF_HOST;
    const opens = clock === 0;
    const crowded = opens && (this.#clientsOf.get(author) ?? 0) >= MAX_CLIENTS_OF_AUTHOR;
    const full = opens && this.#clients.size >= MAX_CLIENTS && !this.#moderators.has(author);
    return !crowded && !full && clock < MAX_OF_CLIENT && (this.#size < MAX_ENTRIES || this.#moderators.has(author));
  }

  /** Adds what was judged to be next. */
  add(entry: Entry): void {
    const { client, author } = entry;
    const earlier = this.#clients.get(client);
    if (earlier) earlier.push(entry);
    else {
      this.#clients.set(client, [entry]);
      this.#clientsOf.set(author, (this.#clientsOf.get(author) ?? 0) + 1);
    }
    this.#size += 1;
    this.#count(entry);
  }

  /** Into the digest, or out of it again. */
  #count({ timeMs, signature }: Entry): void {
    const span = Math.floor(timeMs / DIGEST_SPAN_MS);
    const sum = this.#sums.get(span) ?? new Uint8Array(DIGEST_BYTES);
    mix(sum, signature);
    this.#sums.set(span, sum);
  }

  /** When the next entry of a client may be dated at the earliest, ms: later than any before, and within the rate. */
  earliestMs(client: number): number {
    const earlier = this.#clients.get(client) ?? [];
    const burst = earlier.length >= MAX_RATE ? (earlier.at(-MAX_RATE)?.timeMs ?? 0) + RATE_MS : 0;
    return Math.max(earlier.at(-1)?.timeMs ?? 0, burst);
  }
}

/** Adds bytes to a sum in which order doesn't matter. */
function mix(sum: Uint8Array, bytes: Uint8Array): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) ^ (bytes[at] ?? 0);
}
