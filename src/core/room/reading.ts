import { cleanLine, cleanText } from './clean-text.ts';
import { type Content, MAX_LINK, MAX_NAME, MAX_OPTION_TEXT, MAX_POLL_TEXT, MAX_PRICE, MAX_TEXT } from './content.ts';
import { decodeContent } from './content-wire.ts';
import type { Entry } from './entry.ts';
import { type Spelling, spellingOf } from './spelling.ts';

/** An entry as people may see it. */
export interface Reading {
  readonly entry: Entry;
  /** Texts and names in it are cleaned. */
  readonly content: Content;
  /** Of the words of a message or question; worked out when somebody asks. */
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
  const text = content.type === 'chat' || content.type === 'ask' ? content.text : '';
  return { entry, content, spelling: () => (spelling ??= spellingOf(text)) };
}

function clean(content: Content): Content {
  switch (content.type) {
    case 'chat':
      return { ...content, text: cleanText(content.text, MAX_TEXT) };
    case 'ask':
      return { ...content, text: cleanLine(content.text, MAX_TEXT) };
    case 'name':
      return { ...content, name: cleanLine(content.name, MAX_NAME) };
    case 'product': {
      const { product } = content;
      if (product === null) return content;
      const [name, price] = [cleanLine(product.name, MAX_NAME), cleanLine(product.price, MAX_PRICE)];
      return { ...content, product: { ...product, name, price, link: cleanLine(product.link, MAX_LINK) } };
    }
    case 'poll': {
      if (content.poll === null) return content;
      const options = content.poll.options.map((option) => cleanLine(option, MAX_OPTION_TEXT));
      return { ...content, poll: { question: cleanLine(content.poll.question, MAX_POLL_TEXT), options } };
    }
    default:
      return content;
  }
}
