interface Identified {
  readonly id: string;
}

/** How many messages stand behind the last one that was read. @param readUntil null: nothing was there to be read */
export function unread(messages: readonly Identified[], readUntil: string | null): number {
  if (readUntil === null) return 0;
  return messages.length - 1 - messages.findLastIndex(({ id }) => id === readUntil);
}

/** Tells what is new from what was there, whatever the clocks of this device and the host say. */
export class Heard {
  readonly #ids = new Set<string>();

  constructor(messages: readonly Identified[]) {
    for (const { id } of messages) this.#ids.add(id);
  }

  /** What is new since the last time. Several messages where nothing was before are history. */
  take<Message extends Identified>(messages: readonly Message[]): readonly Message[] {
    const isHistory = this.#ids.size === 0 && messages.length > 1;
    const news = messages.filter(({ id }) => !this.#ids.has(id));
    for (const { id } of news) this.#ids.add(id);
    return isHistory ? [] : news;
  }
}
