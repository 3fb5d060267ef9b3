import { cleanLine } from './clean-text.ts';
import { MAX_WORD, type Reaction, REACTIONS } from './content.ts';
import type { Entry, EntryId, PersonId } from './entry.ts';
import { moderate, type Moderation, newModeration, pace } from './moderation.ts';
import { Ballot, type Poll } from './poll.ts';
import { type Product, Shelf } from './product.ts';
import { type Question, Questions } from './questions.ts';
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
  /** May write when only people that the host knows may. */
  readonly isKnown: boolean;
  /** Asks to be let in, and is not yet. */
  readonly wantsIn: boolean;
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
  /** Everybody who ever wrote, or of whom the host or a moderator decided something. */
  readonly people: ReadonlyMap<PersonId, Person>;
  /** Taps so far. */
  readonly reactions: Readonly<Record<Reaction, number>>;
  readonly pinned: EntryId | null;
  /** Least time between two messages of one person, seconds; 0: no limit. */
  readonly slowS: number;
  readonly isClosed: boolean;
  readonly blockedWords: readonly string[];
  readonly isKnownOnly: boolean;
  readonly mayClip: boolean;
  readonly product: Product | null;
  /** Open ones first, those that most want answered before the others. */
  readonly questions: readonly Question[];
  /** The one that the host answers now. */
  readonly onAir: Question | null;
  readonly poll: Poll | null;
  /** Who said last to have come, the latest at the end; at most `MAX_JOINS`. */
  readonly joins: readonly { readonly person: PersonId; readonly atMs: number }[];
  /** The signed entries that a ban rests on, by person. */
  readonly bans: ReadonlyMap<PersonId, readonly Entry[]>;
}

/** Sums beyond this are not counted on: hearts are a gesture. */
const MAX_TOTAL = 1_000_000_000;
/** Newcomers that are kept (chosen: one more than a small room has people). */
const MAX_JOINS = 13;

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

  const shelf = new Shelf();
  const questions = new Questions();
  const ballot = new Ballot();
  const joins = new Map<PersonId, number>();
  const askedIn = new Set<PersonId>();

  for (const said of inTime(readable, host)) {
    const { entry, content, atMs } = said;
    const { id, author } = entry;
    if (moderate(rules, entry, content)) continue;
    if (!pace(rules, author, content.type, atMs)) continue;
    const may = mayOverrule(rules, author);
    if (may && shelf.take(said)) continue;
    switch (content.type) {
      case 'chat': {
        const { text, replyTo } = content;
        const hidden = isBlocked(said, rules) ? 'word' : null;
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
      case 'join':
        joins.delete(author);
        joins.set(author, atMs);
        break;
      case 'let-me-in':
        askedIn.add(author);
        break;
      default: // an act of moderation is taken above
        questions.take(said, may, isBlocked(said, rules));
        ballot.take(said, may);
    }
  }
  const shown = visible(messages, rules, reports);
  const isOpen = shown.some(({ id, hidden }) => id === rules.pinned && hidden === null);
  const asked = questions.list(rules);
  return {
    messages: shown,
    people: peopleOf(readable, names, rules, askedIn),
    reactions,
    pinned: isOpen ? rules.pinned : null,
    slowS: rules.slowS,
    isClosed: rules.isClosed,
    blockedWords: rules.words.map((word) => cleanLine(word, MAX_WORD)),
    isKnownOnly: rules.isKnownOnly,
    mayClip: rules.mayClip,
    product: shelf.product,
    questions: asked,
    onAir: questions.onAir(asked),
    poll: ballot.state(rules.banned),
    joins: [...joins].slice(-MAX_JOINS).map(([person, atMs]) => ({ person, atMs })),
    bans: rules.banned,
  };
}

const isBlocked = ({ entry, spelling }: Reading, rules: Moderation): boolean =>
  rules.skeletons.length > 0 && !mayOverrule(rules, entry.author) && hasBlockedWord(spelling(), rules.skeletons);

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
  { host, moderators, muted, banned, known }: Moderation,
  askedIn: ReadonlySet<PersonId>,
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
  for (const id of new Set([...authors, ...moderators.keys(), ...muted, ...banned.keys(), ...known])) {
    const name = names.get(id) ?? '';
    const owner = owners.get(skeleton(name));
    const isKnown = id === host || moderators.has(id) || known.has(id);
    people.set(id, {
      id,
      name,
      isCopy: owner !== undefined && owner !== id,
      role: id === host ? 'host' : moderators.has(id) ? 'moderator' : 'viewer',
      isMuted: muted.has(id),
      isBanned: banned.has(id),
      isKnown,
      wantsIn: !isKnown && !muted.has(id) && !banned.has(id) && askedIn.has(id),
    });
  }
  return people;
}
