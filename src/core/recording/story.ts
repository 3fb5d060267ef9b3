/** Something that was written in the chat, as people saw it. */
export interface StoryMessage {
  /** By the host's clock, Unix ms. */
  readonly atMs: number;
  /** Empty for somebody without a name. */
  readonly name: string;
  readonly text: string;
}

/** What a host can put before everybody. */
const PIN_KINDS = ['message', 'product', 'question'] as const;
export type PinKind = (typeof PIN_KINDS)[number];

/** A pinned message, a product card, or the question that is being answered: `text` says which. */
export interface Pin extends StoryMessage {
  readonly kind: PinKind;
}

/** Reactions within one stretch of `BEAT_MS`. */
export interface Beat {
  /** Where it begins, Unix ms: a multiple of `BEAT_MS`. */
  readonly atMs: number;
  readonly count: number;
}

/** What happened beside the picture: kept with a recording, by the host's clock. */
export interface ShowStory {
  readonly messages: readonly StoryMessage[];
  /** What the host put before everybody, when that was. */
  readonly pins: readonly Pin[];
  readonly beats: readonly Beat[];
}

export const NO_STORY: ShowStory = { messages: [], pins: [], beats: [] };

/** Reactions are counted in stretches of this, ms (chosen: as long as people cheer). */
export const BEAT_MS = 10_000;
/** Most of what is kept of each kind: the newest (chosen: five hours of a busy chat; a day of hearts). */
const MOST = 10_000;
/** A peak has so many reactions at least, and twice the usual; the best so many count. Chosen. */
const PEAK = { least: 10, times: 2, most: 5 };

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(-MOST) : []);
const fieldsOf = (value: unknown): Readonly<Partial<Record<string, unknown>>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Partial<Record<string, unknown>>>) : {};

function messagesOf(value: unknown): StoryMessage[] {
  return listOf(value).flatMap((item) => {
    const { atMs, name, text } = fieldsOf(item);
    return isNumber(atMs) && typeof name === 'string' && typeof text === 'string' ? [{ atMs, name, text }] : [];
  });
}

/** Recordings of former versions know pinned messages only, and say no kind. */
const kindOf = (item: unknown): PinKind => PIN_KINDS.find((kind) => kind === fieldsOf(item)['kind']) ?? 'message';

/** Reads what a database holds; what can't be read is left out. Never throws. */
export function parseStory(value: unknown): ShowStory {
  const { messages, pins, beats } = fieldsOf(value);
  return {
    messages: messagesOf(messages),
    pins: listOf(pins).flatMap((item) => messagesOf([item]).map((line) => ({ ...line, kind: kindOf(item) }))),
    beats: listOf(beats).flatMap((item) => {
      const { atMs, count } = fieldsOf(item);
      return isNumber(atMs) && isNumber(count) ? [{ atMs, count }] : [];
    }),
  };
}

/** Adds reactions to the stretch that they fall into. */
export function addReactions(beats: readonly Beat[], unixMs: number, count: number): readonly Beat[] {
  const atMs = Math.floor(unixMs / BEAT_MS) * BEAT_MS;
  const last = beats.at(-1);
  if (last?.atMs === atMs) return [...beats.slice(0, -1), { atMs, count: last.count + count }];
  return [...beats, { atMs, count }].slice(-MOST);
}

/** What was said before and is no longer known to the room goes first; what the room knows counts as it shows it now. */
export function mergeMessages(before: readonly StoryMessage[], now: readonly StoryMessage[]): readonly StoryMessage[] {
  const firstMs = now[0]?.atMs ?? Number.POSITIVE_INFINITY;
  return [...before.filter(({ atMs }) => atMs < firstMs), ...now].slice(-MOST);
}

/** A moment worth finding again. */
export type Moment =
  | { readonly kind: PinKind; readonly atMs: number; readonly text: string }
  | { readonly kind: 'hearts'; readonly atMs: number; readonly count: number };

/** The moments of a show in order, by the host's clock. */
export function momentsOf({ pins, beats }: ShowStory): Moment[] {
  const usual = beats.reduce((sum, { count }) => sum + count, 0) / Math.max(1, beats.length);
  const peaks = beats
    .filter(({ count }) => count >= PEAK.least && (beats.length < 3 || count >= PEAK.times * usual))
    .sort((a, b) => b.count - a.count)
    .slice(0, PEAK.most);
  const moments: Moment[] = [
    ...pins.map(({ kind, atMs, text }) => ({ kind, atMs, text })),
    ...peaks.map(({ atMs, count }) => ({ kind: 'hearts' as const, atMs, count })),
  ];
  return moments.sort((a, b) => a.atMs - b.atMs);
}
