import { cleanLine } from './clean-text.ts';
import { MAX_WORD, type Reaction, REACTIONS } from './content.ts';
import type { Entry, EntryId, PersonId } from './entry.ts';
import { moderate, type Moderation, newModeration, pace } from './moderation.ts';
import { type Reading, readingOf } from './reading.ts';
import { hasBlockedWord, skeleton } from './spelling.ts';
import { inTime } from './witness.ts';

export type Role = 'host' | 'moderator' | 'viewer';

export interface Person {
  readonly id: PersonId;
  /** As chosen and cleaned; empty until then. */
  readonly name: string;
  /** Somebody else had this name, or one that looks like it, before. */
  readonly isCopy: boolean;
  readonly role: Role;
  readonly isMuted: boolean;
  readonly isBanned: boolean;
}

export interface ChatMessage {
  readonly id: EntryId;
  readonly author: PersonId;
  /** By the host's clock, ms since 1970. */
  readonly atMs: number;
  readonly text: string;
  readonly replyTo: EntryId | null;
  /** Why only those who moderate see it; null for a message that everyone sees. */
  readonly hidden: 'by-hand' | 'word' | null;
  /** How many people asked the host to look at it. */
  readonly reports: number;
}

/** What people see and do together, the same on all screens with the same entries. */
export interface RoomState {
  /** In order. Those of banned people are left out, as are those that were written against a rule in force. */
  readonly messages: readonly ChatMessage[];
  /** Everybody who ever wrote, or of whom a moderator decided something. */
  readonly people: ReadonlyMap<PersonId, Person>;
  /** Taps so far. */
  readonly reactions: Readonly<Record<Reaction, number>>;
  readonly pinned: EntryId | null;
  /** Least time between two messages of one person, seconds; 0: no limit. */
  readonly slowS: number;
  readonly isClosed: boolean;
  readonly blockedWords: readonly string[];
  /** The signed entries that a ban rests on, by person. */
  readonly bans: ReadonlyMap<PersonId, readonly Entry[]>;
}

/** Sums beyond this are not counted on: hearts are a gesture. */
const MAX_TOTAL = 1_000_000_000;

/**
 * Makes the room of its entries: a pure function of the set, whatever order they came in.
 * @param host the person of the show's own key; null before it is known
 */
export function foldRoom(entries: Iterable<Entry>, host: PersonId | null): RoomState {
  const readable: Reading[] = [];
  for (const entry of entries) {
    const reading = readingOf(entry);
    if (reading) readable.push(reading);
  }
  const rules = newModeration(host);
  const names = new Map<PersonId, string>();
  const messages = new Map<EntryId, ChatMessage>();
  const reports = new Map<EntryId, Set<PersonId>>();
  const reactions = Object.fromEntries(REACTIONS.map((name) => [name, 0])) as Record<Reaction, number>;

  for (const { entry, content, spelling, atMs } of inTime(readable, host)) {
    const { id, author } = entry;
    if (moderate(rules, entry, content)) continue;
    if (!pace(rules, author, content.type, atMs)) continue;
    switch (content.type) {
      case 'chat': {
        const { text, replyTo } = content;
        const isChecked = rules.skeletons.length > 0 && !mayOverrule(rules, author);
        const hidden = isChecked && hasBlockedWord(spelling(), rules.skeletons) ? 'word' : null;
        if (text !== '') messages.set(id, { id, author, atMs, text, replyTo, hidden, reports: 0 });
        break;
      }
      case 'name': {
        const { name } = content;
        // A new name stands behind those who have it already, so nobody can grow into somebody else's.
        if (names.get(author) !== name) names.delete(author);
        names.set(author, name);
        break;
      }
      case 'react':
        reactions[content.reaction] = Math.min(MAX_TOTAL, reactions[content.reaction] + content.count);
        break;
      case 'report':
        reports.set(content.entry, (reports.get(content.entry) ?? new Set()).add(author));
        break;
      default: // an act of moderation: taken above
    }
  }
  const shown = visible(messages, rules, reports);
  const isOpen = shown.some(({ id, hidden }) => id === rules.pinned && hidden === null);
  return {
    messages: shown,
    people: peopleOf(readable, names, rules),
    reactions,
    pinned: isOpen ? rules.pinned : null,
    slowS: rules.slowS,
    isClosed: rules.isClosed,
    blockedWords: rules.words.map((word) => cleanLine(word, MAX_WORD)),
    bans: rules.banned,
  };
}

const mayOverrule = ({ host, moderators }: Moderation, author: PersonId): boolean =>
  author === host || moderators.has(author);

function visible(
  messages: ReadonlyMap<EntryId, ChatMessage>,
  { banned, hidden }: Moderation,
  reports: ReadonlyMap<EntryId, ReadonlySet<PersonId>>,
): ChatMessage[] {
  return [...messages.values()]
    .filter(({ author }) => !banned.has(author))
    .map((message) => {
      const byHand = hidden.get(message.id);
      // A hand that shows a message again overrules the list of words, too.
      const why = byHand === undefined ? message.hidden : byHand ? ('by-hand' as const) : null;
      return { ...message, hidden: why, reports: reports.get(message.id)?.size ?? 0 };
    });
}

/** The first one to carry a name has it; the host's is the host's whenever it came. */
function peopleOf(
  said: readonly Reading[],
  names: ReadonlyMap<PersonId, string>,
  { host, moderators, muted, banned }: Moderation,
): Map<PersonId, Person> {
  const owners = new Map<string, PersonId>();
  const hostName = host === null ? undefined : names.get(host);
  if (host !== null && hostName) owners.set(skeleton(hostName), host);
  for (const [person, name] of names) {
    const seen = skeleton(name);
    if (seen !== '' && !owners.has(seen)) owners.set(seen, person);
  }
  const people = new Map<PersonId, Person>();
  const authors = new Set(said.map(({ entry }) => entry.author));
  for (const id of new Set([...authors, ...moderators.keys(), ...muted, ...banned.keys()])) {
    const name = names.get(id) ?? '';
    const owner = owners.get(skeleton(name));
    people.set(id, {
      id,
      name,
      isCopy: owner !== undefined && owner !== id,
      role: id === host ? 'host' : moderators.has(id) ? 'moderator' : 'viewer',
      isMuted: muted.has(id),
      isBanned: banned.has(id),
    });
  }
  return people;
}
