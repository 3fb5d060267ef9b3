import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Content, MAX_PART_BYTES } from '../../../src/core/room/content.ts';
import type { Entry } from '../../../src/core/room/entry.ts';
import { foldRoom, type RoomState } from '../../../src/core/room/fold.ts';
import { isSmallJpeg } from '../../../src/core/room/small-jpeg.ts';
import { Writer } from './people.ts';

const T = 1_700_000_000_000;
const host = new Writer();
const anna = new Writer();
const bruno = new Writer();
const carla = new Writer();

const fold = (entries: readonly Entry[]): RoomState => foldRoom(entries, host.id);

/** Tells stories in which later lines speak of earlier ones. */
class Story {
  readonly entries: Entry[] = [];
  #at = 0;

  constructor() {
    for (const writer of [host, anna, bruno, carla]) writer.reload();
  }

  /** One line, a second after the last one. */
  async add(who: Writer, content: Content): Promise<Entry> {
    const entry = await who.write(content, T + 1000 * this.#at++);
    this.entries.push(entry);
    return entry;
  }

  get state(): RoomState {
    return fold(this.entries);
  }
}

/** The beginning of a JPEG with a comment in front of its size, and some bytes behind it. */
function jpeg(width: number, height: number, length = 40): Uint8Array {
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  const head = [0xff, 0xd8, 0xff, 0xfe, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, ...size, 1, 1, 17, 0];
  return Uint8Array.from({ length }, (_, at) => head[at] ?? at % 251);
}

describe('the product card', () => {
  const text = { name: 'Blue bowl', price: '€ 48', link: 'https://example.org/bowl' };

  it('shows what the host shows, its picture put together, until it is sold out or taken away', async () => {
    const story = new Story();
    const picture = jpeg(256, 192, 3_100);
    await story.add(host, { type: 'picture', bytes: picture.subarray(0, MAX_PART_BYTES) });
    await story.add(host, { type: 'picture', bytes: picture.subarray(MAX_PART_BYTES) });
    await story.add(host, { type: 'product', product: { ...text, parts: 2 } });
    expect(story.state.product).toMatchObject({ ...text, isSoldOut: false, picture });
    await story.add(host, { type: 'sold-out', on: true });
    expect(story.state.product?.isSoldOut).toBe(true);
    await story.add(host, { type: 'product', product: { ...text, name: 'Red bowl', parts: 0 } });
    expect(story.state.product).toMatchObject({ name: 'Red bowl', isSoldOut: false, picture: null });
    await story.add(host, { type: 'product', product: null });
    expect(story.state.product).toBeNull();
  });

  it('is nobody else’s to change', async () => {
    const story = new Story();
    await story.add(host, { type: 'product', product: { ...text, parts: 0 } });
    await story.add(anna, { type: 'product', product: { ...text, name: 'My watches', parts: 0 } });
    await story.add(anna, { type: 'sold-out', on: true });
    await story.add(anna, { type: 'product', product: null });
    expect(story.state.product).toMatchObject({ name: 'Blue bowl', isSoldOut: false });
    await story.add(host, { type: 'moderator', person: anna.id, on: true });
    await story.add(anna, { type: 'sold-out', on: true });
    expect(story.state.product?.isSoldOut).toBe(true);
  });

  it('has no picture when a part is missing, somebody else’s, no JPEG, or of a size that fills the memory', async () => {
    for (const bytes of [new Uint8Array(), new Uint8Array([1, 2, 3]), jpeg(65_000, 65_000), jpeg(0, 10)]) {
      const story = new Story();
      await story.add(host, { type: 'picture', bytes });
      await story.add(host, { type: 'product', product: { ...text, parts: 1 } });
      expect(story.state.product).toMatchObject({ name: 'Blue bowl', picture: null });
    }
    const story = new Story();
    await story.add(anna, { type: 'picture', bytes: jpeg(10, 10) });
    await story.add(host, { type: 'product', product: { ...text, parts: 6 } });
    expect(story.state.product).toMatchObject({ picture: null });
  });

  it('whatever bytes come, looking for their size ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(isSmallJpeg(Uint8Array.from([0xff, 0xd8, 0xff, ...bytes]))).toBeTypeOf('boolean');
      }),
    );
    expect(isSmallJpeg(jpeg(512, 512))).toBe(true);
    expect(isSmallJpeg(jpeg(513, 512))).toBe(false);
  });
});

describe('questions', () => {
  it('stand in the order of their votes, one a person, none for one’s own, and answered ones last', async () => {
    const story = new Story();
    const [first, second] = [
      await story.add(anna, { type: 'ask', text: 'How hot is the kiln?' }),
      await story.add(bruno, { type: 'ask', text: 'Where is your clay from?' }),
    ];
    const texts = (): string[] => story.state.questions.map(({ text: said, voters }) => `${voters.size} ${said}`);
    await story.add(anna, { type: 'vote', entry: first.id, on: true });
    await story.add(carla, { type: 'vote', entry: second.id, on: true });
    await story.add(carla, { type: 'vote', entry: second.id, on: true });
    expect(texts()).toEqual(['1 Where is your clay from?', '0 How hot is the kiln?']);
    await story.add(carla, { type: 'vote', entry: second.id, on: false });
    expect(texts()).toEqual(['0 How hot is the kiln?', '0 Where is your clay from?']);
    await story.add(host, { type: 'answered', entry: first.id, on: true });
    expect(texts()).toEqual(['0 Where is your clay from?', '0 How hot is the kiln?']);
    await story.add(host, { type: 'ban', person: bruno.id, on: true });
    expect(texts()).toEqual(['0 How hot is the kiln?']);
  });

  it('are picked and ticked off by who moderates, and by nobody else', async () => {
    const story = new Story();
    const question = await story.add(anna, { type: 'ask', text: 'How hot\nis the kiln?' });
    await story.add(anna, { type: 'pick', entry: question.id });
    expect(story.state.onAir).toBeNull();
    await story.add(host, { type: 'pick', entry: question.id });
    expect(story.state.onAir?.text).toBe('How hot is the kiln?');
    await story.add(anna, { type: 'answered', entry: question.id, on: true });
    expect(story.state.onAir).not.toBeNull();
    await story.add(host, { type: 'answered', entry: question.id, on: true });
    expect(story.state.onAir).toBeNull();
    expect(story.state.questions[0]?.isAnswered).toBe(true);
    await story.add(host, { type: 'pick', entry: question.id });
    expect(story.state.questions[0]?.isAnswered).toBe(false);
    await story.add(host, { type: 'hide', entry: question.id, on: true });
    expect(story.state.onAir).toBeNull();
  });

  it('keep to the rules of the chat', async () => {
    const story = new Story();
    await story.add(host, { type: 'words', words: ['rubbish'] });
    await story.add(anna, { type: 'ask', text: 'Why is it r u b b i s h?' });
    expect(story.state.questions).toMatchObject([{ isHidden: true }]);
    await story.add(host, { type: 'close', on: true });
    await story.add(anna, { type: 'ask', text: 'Hello?' });
    expect(story.state.questions).toHaveLength(1);
  });
});

describe('a poll', () => {
  const poll = { question: 'Which glaze?', options: ['Blue', 'Green', 'Raw'] };
  const votes = ({ poll: now }: RoomState): number[] | undefined => now?.options.map(({ votes: sum }) => sum);

  it('counts the last choice of each person until it ends', async () => {
    const story = new Story();
    const { id: entry } = await story.add(host, { type: 'poll', poll });
    await story.add(anna, { type: 'choose', entry, option: 0 });
    await story.add(bruno, { type: 'choose', entry, option: 0 });
    await story.add(anna, { type: 'choose', entry, option: 1 });
    await story.add(carla, { type: 'choose', entry, option: 5 });
    expect(votes(story.state)).toEqual([1, 1, 0]);
    await story.add(anna, { type: 'end-poll', entry });
    await story.add(host, { type: 'end-poll', entry });
    await story.add(carla, { type: 'choose', entry, option: 2 });
    expect(votes(story.state)).toEqual([1, 1, 0]);
    expect(story.state.poll).toMatchObject({ isOpen: false });
    await story.add(host, { type: 'ban', person: bruno.id, on: true });
    expect(votes(story.state)).toEqual([0, 1, 0]);
    await story.add(host, { type: 'poll', poll: null });
    expect(story.state.poll).toBeNull();
  });

  it('needs a question and two answers, and somebody who may ask', async () => {
    const story = new Story();
    await story.add(anna, { type: 'poll', poll });
    await story.add(host, { type: 'poll', poll: { ...poll, options: ['Blue', ' '] } });
    expect(story.state.poll).toBeNull();
    await story.add(host, { type: 'poll', poll });
    await story.add(host, { type: 'poll', poll: { ...poll, question: ' ' } });
    expect(story.state.poll).toBeNull();
  });

  it('never counts more votes than people, in whatever order they came', async () => {
    const story = new Story();
    const { id: entry } = await story.add(host, { type: 'poll', poll });
    const people = [anna, bruno, carla];
    for (const [at, who] of [...people, ...people, ...people].entries()) {
      await story.add(who, { type: 'choose', entry, option: at % 3 });
    }
    const expected = votes(story.state);
    fc.assert(
      fc.property(fc.shuffledSubarray(story.entries, { minLength: story.entries.length }), (order) => {
        expect(votes(fold(order))).toEqual(expected);
      }),
    );
    expect(expected?.reduce((sum, count) => sum + count)).toBe(3);
  });
});

describe('only people whom the host knows', () => {
  it('may write while that is so; others may ask to be let in, tap hearts and vote', async () => {
    const story = new Story();
    const said = (): string[] => story.state.messages.map(({ text }) => text);
    const say = (who: Writer, text: string) => story.add(who, { type: 'chat', text, replyTo: null });
    await story.add(host, { type: 'acquaint', people: [anna.id], on: true });
    await story.add(host, { type: 'known-only', on: true });
    await say(anna, 'hello');
    await say(bruno, 'buy watches');
    await story.add(bruno, { type: 'react', reaction: 'heart', count: 2 });
    await story.add(bruno, { type: 'let-me-in' });
    expect(said()).toEqual(['hello']);
    expect(story.state.reactions.heart).toBe(2);
    expect(story.state.people.get(bruno.id)).toMatchObject({ isKnown: false, wantsIn: true });
    await story.add(bruno, { type: 'acquaint', people: [bruno.id], on: true });
    await say(bruno, 'in by myself');
    await story.add(host, { type: 'acquaint', people: [bruno.id], on: true });
    await say(bruno, 'thank you');
    expect(said()).toEqual(['hello', 'thank you']);
    expect(story.state.people.get(bruno.id)).toMatchObject({ isKnown: true, wantsIn: false });
    await story.add(host, { type: 'ban', person: bruno.id, on: true });
    await story.add(host, { type: 'ban', person: bruno.id, on: false });
    await say(bruno, 'again');
    expect(said()).toEqual(['hello', 'thank you']);
    await story.add(host, { type: 'known-only', on: false });
    await say(bruno, 'everybody');
    expect(said()).toContain('everybody');
  });
});

it('who says to have come is told once each, the latest last', async () => {
  const story = new Story();
  for (const who of [anna, bruno, anna]) await story.add(who, { type: 'join' });
  expect(story.state.joins.map(({ person }) => person)).toEqual([bruno.id, anna.id]);
});

it('moderators set the rules of the chat as the host does', async () => {
  const story = new Story();
  await story.add(anna, { type: 'slow', seconds: 9 });
  expect(story.state.slowS).toBe(0);
  await story.add(host, { type: 'moderator', person: anna.id, on: true });
  await story.add(anna, { type: 'slow', seconds: 9 });
  await story.add(anna, { type: 'close', on: true });
  await story.add(anna, { type: 'words', words: ['rubbish'] });
  expect(story.state).toMatchObject({ slowS: 9, isClosed: true, blockedWords: ['rubbish'] });
});
