import type { Content } from './content.ts';
import type { Entry, EntryId, PersonId } from './entry.ts';
import { skeleton } from './spelling.ts';

/** What one person may do in `PERSON_MS`, on whatever number of pages: ten messages or questions, or forty of anything else (chosen). */
const MAX_OF_PERSON = 40;
const CHAT_COSTS = 4;
const PERSON_MS = 10_000;

/** The rules in force at one moment of the fold. */
export interface Moderation {
  readonly host: PersonId | null;
  /** With the host's signed word for it. */
  readonly moderators: Map<PersonId, Entry>;
  readonly muted: Set<PersonId>;
  /** With the entries that the ban rests on. */
  readonly banned: Map<PersonId, readonly Entry[]>;
  /** What was hidden, or shown again, by hand. */
  readonly hidden: Map<EntryId, boolean>;
  pinned: EntryId | null;
  slowS: number;
  isClosed: boolean;
  words: readonly string[];
  skeletons: readonly string[];
  /** Only people whom the host or a moderator has let in may write. */
  isKnownOnly: boolean;
  /** Viewers may keep the last seconds of the show. */
  mayClip: boolean;
  readonly known: Set<PersonId>;
  /** When people wrote last: words, and everything. */
  readonly lastChatMs: Map<PersonId, number>;
  readonly recentMs: Map<PersonId, number[]>;
}

/** No rules but who the host is. */
export const newModeration = (host: PersonId | null): Moderation => ({
  host,
  moderators: new Map(),
  muted: new Set(),
  banned: new Map(),
  hidden: new Map(),
  pinned: null,
  slowS: 0,
  isClosed: false,
  words: [],
  skeletons: [],
  isKnownOnly: false,
  mayClip: true,
  known: new Set(),
  lastChatMs: new Map(),
  recentMs: new Map(),
});

/** Takes an act of moderation, if it is one. What somebody does who may not is ignored. @returns whether it is one */
export function moderate(rules: Moderation, entry: Entry, content: Content): boolean {
  const { host, moderators } = rules;
  const { author } = entry;
  const isHost = author === host;
  const may = isHost || moderators.has(author);
  switch (content.type) {
    case 'witness':
      return true;
    case 'moderator':
      if (!isHost || content.person === host) return true;
      if (content.on) moderators.set(content.person, entry);
      else moderators.delete(content.person);
      return true;
    case 'hide':
      if (may) rules.hidden.set(content.entry, content.on);
      return true;
    case 'mute':
      if (!may || isAbove(rules, content.person, isHost)) return true;
      if (content.on) rules.muted.add(content.person);
      else rules.muted.delete(content.person);
      return true;
    case 'ban': {
      if (!may || isAbove(rules, content.person, isHost)) return true;
      const appointed = moderators.get(author);
      if (!content.on) rules.banned.delete(content.person);
      else if (!rules.banned.has(content.person)) {
        rules.banned.set(content.person, appointed ? [appointed, entry] : [entry]);
        moderators.delete(content.person);
        rules.known.delete(content.person);
      }
      return true;
    }
    case 'pin':
      if (may) rules.pinned = content.entry;
      return true;
    case 'slow':
      if (may) rules.slowS = content.seconds;
      return true;
    case 'close':
      if (may) rules.isClosed = content.on;
      return true;
    case 'words':
      if (!may) return true;
      rules.words = content.words;
      rules.skeletons = content.words.map(skeleton).filter((word) => word !== '');
      return true;
    case 'known-only':
      if (may) rules.isKnownOnly = content.on;
      return true;
    case 'clips':
      if (isHost) rules.mayClip = content.on;
      return true;
    case 'acquaint':
      if (!may) return true;
      for (const person of content.people) {
        if (content.on) rules.known.add(person);
        else rules.known.delete(person);
      }
      return true;
    default:
      return false;
  }
}

/** Nobody moderates the host, and only the host moderates moderators. */
const isAbove = ({ host, moderators }: Moderation, person: PersonId, isHost: boolean): boolean =>
  person === host || (!isHost && moderators.has(person));

/** What is words for all to read, so that closing, the pace and "only people I know" are about it. */
const isText = (type: Content['type']): boolean => type === 'chat' || type === 'ask';

/** Whether what somebody says now counts: muting, closing, slow mode, and a pace that nobody exceeds. */
export function pace(rules: Moderation, author: PersonId, type: Content['type'], atMs: number): boolean {
  const { host, moderators, muted, banned, lastChatMs, recentMs } = rules;
  if (author === host) return true;
  if (muted.has(author) || banned.has(author)) return false;
  if (moderators.has(author)) return true;
  const recent = (recentMs.get(author) ?? []).filter((ms) => atMs - ms < PERSON_MS);
  const cost = isText(type) ? CHAT_COSTS : 1;
  if (recent.length + cost > MAX_OF_PERSON) return false;
  for (let paid = 0; paid < cost; paid++) recent.push(atMs);
  recentMs.set(author, recent);
  if (!isText(type)) return true;
  if (rules.isClosed || (rules.isKnownOnly && !rules.known.has(author))) return false;
  const lastMs = lastChatMs.get(author);
  if (rules.slowS > 0 && lastMs !== undefined && atMs - lastMs < rules.slowS * 1000) return false;
  lastChatMs.set(author, atMs);
  return true;
}
