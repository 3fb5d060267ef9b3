import { afterEach, describe, expect, it, vi } from 'vitest';
import { newShowKey, signerOf } from '../../src/adapters/keys/show-key.ts';
import { createVerification } from '../../src/adapters/keys/verification.ts';
import type { Clock } from '../../src/app/clock.ts';
import type { PlayableFilm } from '../../src/app/recordings/film.ts';
import { Past } from '../../src/app/past/past.ts';
import { MeshNode } from '../../src/app/mesh-node.ts';
import type { PlayerEvent } from '../../src/app/stage-player.ts';
import { Watching } from '../../src/app/watch-session.ts';
import { cutChunk, signEnd } from '../../src/core/chunk.ts';
import { signIndex } from '../../src/core/past/past-index.ts';
import { streamIdOf } from '../../src/core/stream-id.ts';
import { MemoryTransport } from '../support/memory-transport.ts';

const verification = createVerification();
const signer = signerOf(await newShowKey());
const streamId = streamIdOf(signer.publicKey, (bytes) => verification.hash(bytes));
const clock: Clock = {
  nowMs: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A link and its host, whose sessions are named 1, 2, … */
function openShow() {
  const { openDoors, openLink } = new MemoryTransport();
  const ports = { openDoors, openLink, verification, clock, random: () => Math.random() };
  const node = new MeshNode(ports, {
    ...{ streamId, peerId: 'f'.padEnd(16, '0'), publicKey: signer.publicKey, host: true },
    ...{ onChunk: () => undefined, onEnded: () => undefined, onNotice: () => undefined, onNobody: () => undefined },
    onPast: (from, data) => past.heard(from, data),
  });
  const past = new Past(ports, {
    ...{ streamId, host: true, node, passesOn: () => true, isWanted: () => false },
    ...{ onOffered: () => undefined, onFound: () => undefined },
  });
  closing.push(() => {
    past.close();
    node.close();
  });
  const placeOf = (epochS: number, sequence: number) => ({ streamId, epochS, sequence, sinceKey: 0, viewers: 0 });
  let viewers = 0;
  return {
    end: async (epochS: number) =>
      node.tell({ type: 'publish-end', header: await signEnd(placeOf(epochS, 1), 100, signer) }),
    publish: async (epochS: number) => {
      const bytes = Uint8Array.from({ length: 2_000 }, (_, at) => at % 251);
      const media = { kind: 'key' as const, captureMs: 0, durationMs: 100, codecs: 'avc1.42001f', bytes };
      const hash = (part: Uint8Array) => verification.hash(part);
      node.tell({ type: 'publish', chunk: await cutChunk(media, placeOf(epochS, 0), signer, hash) });
    },
    /** The recording of a show of so many seconds, which ended, or is, in that session; `asked` when it is given away. */
    offer: async (epochS: number, seconds: number, isOver = true) => {
      const runs = Array.from({ length: seconds }, (_, at) => ({
        ...{
          epochS,
          sequence: at * 10,
          startMs: at * 1_000,
          endMs: (at + 1) * 1_000,
          shiftMs: 0,
          bytes: 9,
          codecs: '',
        },
      }));
      const index = await signIndex({ epochS, isOver, runs }, streamId, signer);
      const asked = vi.fn();
      past.offer({
        get index() {
          asked();
          return index;
        },
        ...{ sinceS: epochS, runs: runs.length, holds: () => true, read: () => Promise.resolve(null) },
      });
      return { asked };
    },
    /** Somebody who follows the link; what the page has of a player only notes what it is given. */
    follow: (sinceEpochS = 0) => {
      const pushed: number[] = [];
      const films: number[] = [];
      const opened: PlayableFilm[] = [];
      let say: (event: PlayerEvent) => void = () => undefined;
      const player = {
        push: ({ epochS }: { epochS: number }) => void pushed.push(epochS),
        setHostClockOffset: () => undefined,
        onEvent: (listener: typeof say) => {
          say = listener;
          return () => undefined;
        },
        close: vi.fn(),
        stats: {
          ...{ width: 0, height: 0, bitsPerSecond: 0, latencyMs: null, bufferedMs: 0, stalls: 0, stalledMs: 0 },
          ...{ silencedMs: 0, framesShown: 0, firstFrameMs: null },
        },
      };
      const watching = new Watching(
        {
          ...ports,
          ...{ player, version: '', isOnline: () => true, canPlay: () => true, give: () => Promise.resolve() },
          enterRoom: () => Promise.reject(new Error('no room here')),
          openFilm: (film) => {
            opened.push(film);
            films.push(film.durationMs);
            return Promise.resolve({ close: () => undefined });
          },
          packer: { pack: () => Promise.reject(new Error()), unpack: () => Promise.reject(new Error()) },
        },
        {
          ...{ streamId, peerId: String(++viewers).padEnd(16, '0'), sinceEpochS },
          limits: { relay: true, uplinkMbps: null },
        },
      );
      closing.push(() => watching.close());
      return { watching, player, pushed, films, opened, plays: () => say({ type: 'playing' }) };
    },
  };
}

it('a host who is gone right after the first picture is waited for in words, though the player sees no stall', async () => {
  const show = openShow();
  const { watching, pushed, plays } = show.follow();
  await show.publish(1);
  await vi.waitFor(() => expect(pushed).toEqual([1]), 5_000);
  plays();
  expect(watching.view.phase.state).toBe('live');
  await vi.waitFor(() => expect(watching.view.phase.state).toBe('reconnecting'), 5_000);
});

describe('a link that is used for a second show', () => {
  it('begins for whoever saw nothing of the first, though told of its end', async () => {
    const show = openShow();
    await show.end(1);
    const { watching, pushed, player } = show.follow();
    await vi.waitFor(() => expect(watching.view.phase.state).toBe('ended'), 5_000);
    await show.publish(2);
    await vi.waitFor(() => expect(pushed).toEqual([2]), 5_000);
    expect(watching.view).toMatchObject({ phase: { state: 'connecting' }, nextEpochS: null });
    expect(player.close).not.toHaveBeenCalled();
  });

  it('is for another session where the first was seen', async () => {
    const show = openShow();
    const { watching, pushed, player, plays } = show.follow();
    await show.publish(1);
    await vi.waitFor(() => expect(pushed).toEqual([1]), 5_000);
    plays();
    expect(watching.view.phase.state).toBe('live');
    await show.end(1);
    await vi.waitFor(() => expect(watching.view.phase.state).toBe('ended'), 5_000);
    expect(player.close).toHaveBeenCalled();
    await show.publish(2);
    await vi.waitFor(() => expect(watching.view.nextEpochS).toBe(2), 5_000);
    expect(pushed).toEqual([1]);
  });

  it('is not over for who knows of it, whoever says that the first is', async () => {
    const show = openShow();
    await show.end(1);
    const { watching } = show.follow(2);
    await vi.waitFor(() => expect(watching.snapshot().links).toHaveLength(1), 5_000);
    await vi.waitFor(() => expect(watching.view.phase.state).toBe('waiting'), 5_000);
    const found: (number | undefined)[] = [];
    watching.subscribe(() => void found.push(watching.view.past?.durationMs));
    const { asked } = await show.offer(1, 10);
    await show.end(2);
    await vi.waitFor(() => expect(watching.view.phase.state).toBe('ended'), 5_000);
    await vi.waitFor(() => expect(asked).toHaveBeenCalled(), 5_000);
    await show.offer(2, 20);
    await vi.waitFor(() => expect(found.at(-1)).toBe(20_000), 5_000);
    expect(found).not.toContain(10_000);
  });

  it('shows the recording of the second when that is over, whoever has that of the first', async () => {
    const show = openShow();
    const { watching, films } = show.follow();
    await show.offer(1, 10);
    await vi.waitFor(() => expect(watching.view.canStartOver).toBe(true), 5_000);
    await show.end(2);
    await vi.waitFor(() => expect(watching.view.phase.state).toBe('ended'), 5_000);
    expect(films).toEqual([]);
    await show.offer(2, 20);
    await vi.waitFor(() => expect(films).toEqual([20_000]), 5_000);
  });

  it('gives way to it where the first is seen again', async () => {
    const show = openShow();
    await show.end(1);
    await show.offer(1, 10);
    const { watching, films } = show.follow();
    await vi.waitFor(() => expect(films).toEqual([10_000]), 5_000);
    expect(watching.view.nextEpochS).toBeNull();
    await show.publish(2);
    await vi.waitFor(() => expect(watching.view.nextEpochS).toBe(2), 5_000);
  });
});

describe('a show that goes on', () => {
  const anElement = {} as HTMLVideoElement;

  it('is had from its beginning by whoever wants that, and by nobody else', async () => {
    const show = openShow();
    const { watching, opened } = show.follow();
    await show.publish(1);
    const { asked } = await show.offer(1, 10, false);
    await vi.waitFor(() => expect(watching.view.canStartOver).toBe(true), 5_000);
    expect(asked).not.toHaveBeenCalled();
    const player = await watching.startOver(anElement);
    expect(opened[0]?.durationMs).toBe(10_000);
    await show.offer(1, 20, false);
    await vi.waitFor(() => expect(opened[0]?.durationMs).toBe(20_000), 5_000);
    player?.close();
    const later = await show.offer(1, 30, false);
    await vi.waitFor(() => expect(watching.snapshot().links).toHaveLength(1), 5_000);
    await show.end(1);
    await vi.waitFor(() => expect(later.asked).toHaveBeenCalledTimes(1), 5_000);
    expect(watching.view.phase.state).toBe('ended');
  });

  it('that nobody sends the beginning of is seen as it is, and that is said', async () => {
    const show = openShow();
    const { watching, opened } = show.follow();
    await show.publish(1);
    const player = watching.startOver(anElement);
    expect(await player).toBeNull();
    expect(opened).toEqual([]);
    expect(watching.view.notices).toContain('past-busy');
  });
});
