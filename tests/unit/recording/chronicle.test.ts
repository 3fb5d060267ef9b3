import { expect, test } from 'vitest';
import { Chronicle } from '../../../src/app/recordings/chronicle.ts';
import type { ChatMessage, RoomSession, RoomState } from '../../../src/app/room-view.ts';
import { NO_STORY, type ShowStory } from '../../../src/core/recording/story.ts';
import { foldRoom } from '../../../src/core/room/fold.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const EMPTY = foldRoom([], null);

/** A room that is told what it shows; a real one folds it from signed entries. */
function roomOf(clock: VirtualClock) {
  const written: ShowStory[] = [];
  let told = (): void => undefined;
  let burst: (burst: { reaction: 'heart'; count: number }) => void = () => undefined;
  const room = {
    view: { state: EMPTY },
    subscribe: (listener: () => void) => ((told = listener), () => undefined),
    onBurst: (listener: typeof burst) => ((burst = listener), () => undefined),
  };
  const pageClock = {
    nowMs: () => clock.nowMs,
    after: (ms: number, run: () => void) => {
      const stop = new AbortController();
      clock.after(ms, () => {
        if (!stop.signal.aborted) run();
      });
      return () => stop.abort();
    },
  };
  // Only what the chronicle looks at is there.
  const session = room as unknown as RoomSession;
  const chronicle = new Chronicle(session, pageClock, async (story) => void written.push(story));
  const show = (parts: Partial<RoomState>): void => {
    room.view = { state: { ...room.view.state, ...parts } };
    told();
  };
  return { chronicle, written, show, tap: (count: number) => burst({ reaction: 'heart', count }) };
}

const message = (id: string, atMs: number, text: string, hidden: ChatMessage['hidden'] = null) =>
  ({ id, author: 'ada', atMs, text, replyTo: null, hidden, reports: 0 }) as unknown as ChatMessage;

test('what people see is written down every few seconds: without what is hidden, with pins and hearts', () => {
  const clock = new VirtualClock(100_000);
  const { chronicle, written, show, tap } = roomOf(clock);
  chronicle.begin(NO_STORY);
  const first = message('a', 99_000, 'The blue bowl');
  show({ messages: [first, message('b', 99_500, 'rude', 'by-hand')], pinned: first.id });
  tap(3);
  tap(4);
  clock.run(6_000);
  expect(written).toEqual([
    {
      messages: [{ atMs: 99_000, name: '', text: 'The blue bowl' }],
      pins: [{ kind: 'message', atMs: 100_000, name: '', text: 'The blue bowl' }],
      beats: [{ atMs: 100_000, count: 7 }],
    },
  ]);
  clock.run(20_000);
  expect(written).toHaveLength(1);
  chronicle.close();
  show({ messages: [] });
  clock.run(20_000);
  expect(written).toHaveLength(1);
});

test('after a reload it goes on behind what was written, and a pin that is still there counts once', () => {
  const clock = new VirtualClock(200_000);
  const { chronicle, written, show } = roomOf(clock);
  const pin = { kind: 'message' as const, atMs: 100_000, name: '', text: 'The blue bowl' };
  chronicle.begin({ messages: [pin], pins: [pin], beats: [{ atMs: 90_000, count: 5 }] });
  const again = message('a', 150_000, 'The blue bowl');
  show({ messages: [again], pinned: again.id });
  clock.run(6_000);
  expect(written.at(-1)?.pins).toEqual([pin]);
  expect(written.at(-1)?.messages.map(({ atMs }) => atMs)).toEqual([100_000, 150_000]);
  expect(written.at(-1)?.beats).toEqual([{ atMs: 90_000, count: 5 }]);
});

test('a product over the picture and a question on air are moments, once for as long as they are there', () => {
  const clock = new VirtualClock(100_000);
  const { chronicle, written, show } = roomOf(clock);
  chronicle.begin(NO_STORY);
  const product = { id: 'p', name: 'Blue bowl', price: '', link: '', isSoldOut: false, picture: null };
  const onAir = { id: 'q', author: 'ada', text: 'How hot is the kiln?' };
  show({ product });
  clock.run(5_000);
  show({ product: { ...product, isSoldOut: true } });
  show({ onAir } as unknown as Partial<RoomState>);
  show({ product: null, onAir: null });
  clock.run(5_000);
  show({ product });
  clock.run(5_000);
  expect(written.at(-1)?.pins).toEqual([
    { kind: 'product', atMs: 100_000, name: '', text: 'Blue bowl' },
    { kind: 'question', atMs: 105_000, name: '', text: 'How hot is the kiln?' },
    { kind: 'product', atMs: 110_000, name: '', text: 'Blue bowl' },
  ]);
});
