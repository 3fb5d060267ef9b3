import { cleanLine, cleanText } from './clean-text.ts';
import { type Content, decodeContent, MAX_NAME, MAX_TEXT } from './content.ts';
import type { Entry } from './entry.ts';
import { type Spelling, spellingOf } from './spelling.ts';

/** An entry as people may see it. */
export interface Reading {
  readonly entry: Entry;
  /** Texts and names in it are cleaned. */
  readonly content: Content;
  /** Of a chat message's words; worked out when somebody asks. */
  readonly spelling: () => Spelling;
}

/** Entries never change, so each is read once however often the room is folded. */
const known = new WeakMap<Entry, Reading | null>();

/** Reads an entry; null when it says nothing that this version knows. */
export function readingOf(entry: Entry): Reading | null {
  const read = known.get(entry);
  if (read !== undefined) return read;
  const content = decodeContent(entry.content);
  const reading = content && newReading(entry, clean(content));
  known.set(entry, reading);
  return reading;
}

function newReading(entry: Entry, content: Content): Reading {
  let spelling: Spelling | null = null;
  const text = content.type === 'chat' ? content.text : '';
  return { entry, content, spelling: () => (spelling ??= spellingOf(text)) };
}

function clean(content: Content): Content {
  if (content.type === 'chat') return { ...content, text: cleanText(content.text, MAX_TEXT) };
  return content.type === 'name' ? { ...content, name: cleanLine(content.name, MAX_NAME) } : content;
}
