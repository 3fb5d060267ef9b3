import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { Chunker } from '../../../src/core/fmp4/chunker.ts';
import type { VideoTrack } from '../../../src/core/fmp4/tracks.ts';
import type { MediaChunk } from '../../../src/core/media-chunk.ts';

/** A true record of a 640×360 baseline stream: the reader looks into it. */
const AVC_RECORD = Uint8Array.from(
  Buffer.from('0142c01fffe1001a6742c01f95a0280bfe5c044000000300400000070c3c60ca8001000468ce3c80', 'hex'),
);
const H264: VideoTrack = { codec: 'avc1.42E01F', width: 640, height: 360, description: AVC_RECORD };
const VP9: VideoTrack = { codec: 'vp09.00.31.08', width: 640, height: 360, description: null };
const AV1: VideoTrack = { codec: 'av01.0.05M.08', width: 360, height: 640, description: null };
const FRAME_US = 33_333;
const START_US = 12_345_678;

function chunkerInto(chunks: MediaChunk[], track: VideoTrack = VP9): Chunker {
  const chunker = new Chunker({ channels: 2 }, (chunk) => chunks.push(chunk));
  chunker.setVideoTrack(track);
  return chunker;
}

const bytesOf = (index: number): Uint8Array => Uint8Array.of(0x10, index >>> 8, index & 0xff, 7);

/** A keyframe a second and 20 ms Opus frames beside them. */
function record(chunker: Chunker, times: readonly number[], { sound = true } = {}): void {
  let soundUs = START_US;
  times.forEach((timestampUs, index) => {
    for (; sound && soundUs + 20_000 <= timestampUs; soundUs += 20_000) {
      chunker.addAudio({ bytes: Uint8Array.of(0xfc, 1, 2), timestampUs: soundUs, durationUs: 20_000 });
    }
    chunker.addVideo({ bytes: bytesOf(index), timestampUs, isKey: index % 30 === 0 });
  });
  chunker.flush();
}

const steady = (count: number): number[] => Array.from({ length: count }, (_, index) => START_US + index * FRAME_US);

interface ReadPacket {
  readonly timestamp: number;
  readonly duration: number;
  readonly type: string;
  readonly data: Uint8Array;
}

/** Reads the chunks back with an independent reader. */
async function read(chunks: readonly MediaChunk[]) {
  const bytes = Buffer.concat(chunks.map((chunk) => chunk.bytes));
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  if (video === null || audio === null) throw new TypeError('both tracks are listed');
  const packetsOf = async (track: typeof video | typeof audio): Promise<ReadPacket[]> => {
    const packets: ReadPacket[] = [];
    for await (const { timestamp, duration, type, data } of new EncodedPacketSink(track).packets()) {
      packets.push({ timestamp, duration, type, data });
    }
    return packets;
  };
  return { video, audio, pictures: await packetsOf(video), sounds: await packetsOf(audio) };
}

function largestBreak(packets: readonly ReadPacket[]): { gap: number; overlap: number } {
  let gap = 0;
  let overlap = 0;
  packets.slice(1).forEach((packet, index) => {
    const before = packets[index];
    if (before === undefined) return;
    const step = packet.timestamp - before.timestamp - before.duration;
    gap = Math.max(gap, step);
    overlap = Math.max(overlap, -step);
  });
  return { gap, overlap };
}

describe('Chunker', () => {
  it('makes a chunk of three frames at 30 a second, as soon as the third is here', () => {
    const chunks: MediaChunk[] = [];
    const chunker = chunkerInto(chunks);
    steady(3).forEach((timestampUs, index) =>
      chunker.addVideo({ bytes: bytesOf(index), timestampUs, isKey: index === 0 }),
    );
    expect(chunks).toHaveLength(1);
    expect(chunks[0]).toMatchObject({ kind: 'key', codecs: 'vp09.00.31.08,opus', captureMs: START_US / 1000 });
    expect(chunks[0]?.durationMs).toBeCloseTo(100, 0);
  });

  it('begins a chunk with every keyframe, and that with the init segment', () => {
    const chunks: MediaChunk[] = [];
    record(chunkerInto(chunks), steady(95));
    const keys = chunks.filter((chunk) => chunk.kind === 'key');
    expect(keys.map((chunk) => Math.round(chunk.captureMs - START_US / 1000))).toEqual([0, 1000, 2000, 3000]);
    for (const chunk of chunks) {
      const firstBox = Buffer.from(chunk.bytes.subarray(4, 8)).toString();
      expect(firstBox).toBe(chunk.kind === 'key' ? 'ftyp' : 'moof');
      expect(chunk.codecs === '').toBe(chunk.kind === 'delta');
    }
  });

  it.each([
    ['H.264', H264],
    ['VP9', VP9],
    ['AV1', AV1],
  ])('is read back by another reader, byte for byte: %s', async (_, track) => {
    const chunks: MediaChunk[] = [];
    const times = steady(95);
    record(chunkerInto(chunks, track), times);
    const { video, audio, pictures, sounds } = await read(chunks);
    expect(await video.getCodedWidth()).toBe(track.width);
    expect(await video.getCodedHeight()).toBe(track.height);
    expect(await audio.getCodec()).toBe('opus');
    expect(await audio.getNumberOfChannels()).toBe(2);
    expect(pictures.map(({ data }) => Buffer.from(data))).toEqual(
      times.map((_time, index) => Buffer.from(bytesOf(index))),
    );
    pictures.forEach((picture, index) => {
      expect(picture.timestamp).toBeCloseTo((times[index] ?? 0) / 1e6, 4);
      expect(picture.type).toBe(index % 30 === 0 ? 'key' : 'delta');
    });
    expect(sounds.length).toBeGreaterThan(150);
    expect(largestBreak(pictures).gap).toBeLessThan(0.0001);
    expect(largestBreak(sounds).gap).toBeLessThan(0.0001);
    expect(largestBreak(sounds).overlap).toBeLessThan(0.0001);
  });

  it('keeps time exactly for weeks', async () => {
    const chunks: MediaChunk[] = [];
    const start = 30 * 24 * 3600 * 1e6;
    record(chunkerInto(chunks), [start, start + FRAME_US, start + 2 * FRAME_US], { sound: false });
    const { pictures } = await read(chunks);
    expect(pictures[2]?.timestamp).toBeCloseTo((start + 2 * FRAME_US) / 1e6, 4);
  });

  it('bridges missing frames: a player must see no step of more than two durations', async () => {
    const chunks: MediaChunk[] = [];
    const times = steady(60).filter((_, index) => index < 12 || index > 20);
    record(chunkerInto(chunks), times);
    const { pictures } = await read(chunks);
    expect(pictures).toHaveLength(times.length);
    pictures.slice(1).forEach((picture, index) => {
      const before = pictures[index];
      expect(picture.timestamp - (before?.timestamp ?? 0)).toBeLessThanOrEqual(2 * (before?.duration ?? 0) + 0.0001);
    });
    expect(pictures.at(-1)?.timestamp).toBeCloseTo((times.at(-1) ?? 0) / 1e6, 4);
  });

  it('leaves out what is not newer, so that decode times never go back', async () => {
    const chunks: MediaChunk[] = [];
    const times = [...steady(10), ...steady(5), ...steady(30).slice(10)];
    record(chunkerInto(chunks), times);
    const { pictures } = await read(chunks);
    const read_ = pictures.map(({ timestamp }) => timestamp);
    expect(read_).toEqual([...read_].sort((a, b) => a - b));
    expect(new Set(read_).size).toBe(30);
  });

  it('lets the sound stand where the picture stands', async () => {
    const chunks: MediaChunk[] = [];
    record(chunkerInto(chunks), steady(60));
    const { pictures, sounds } = await read(chunks);
    const first = sounds.find(({ data }) => data[1] === 1); // silence up to there
    expect((first?.timestamp ?? Number.NaN) - (pictures[0]?.timestamp ?? Number.NaN)).toBeCloseTo(0, 2);
  });

  it('ignores pictures until the first keyframe, and sound until the first picture', () => {
    const chunks: MediaChunk[] = [];
    const chunker = chunkerInto(chunks);
    chunker.addAudio({ bytes: Uint8Array.of(1), timestampUs: 0, durationUs: 20_000 });
    chunker.addVideo({ bytes: bytesOf(0), timestampUs: START_US, isKey: false });
    chunker.flush();
    expect(chunks).toEqual([]);
  });

  it('describes a swapped source in the next key chunk, not before', async () => {
    const chunks: MediaChunk[] = [];
    const chunker = chunkerInto(chunks, VP9);
    const times = steady(9);
    times.forEach((timestampUs, index) => {
      if (index === 4) chunker.setVideoTrack(AV1);
      chunker.addVideo({ bytes: bytesOf(index), timestampUs, isKey: index === 0 || index === 5 });
    });
    chunker.flush();
    expect(chunks.map(({ kind, codecs }) => [kind, codecs])).toEqual([
      ['key', 'vp09.00.31.08,opus'],
      ['delta', ''],
      ['key', 'av01.0.05M.08,opus'],
      ['delta', ''],
    ]);
    expect((await read(chunks.slice(2))).pictures).toHaveLength(4);
  });

  it('sends silence while the browser holds the sound back', async () => {
    const chunks: MediaChunk[] = [];
    record(chunkerInto(chunks), steady(60), { sound: false });
    const { pictures, sounds } = await read(chunks);
    const end = (packets: readonly ReadPacket[]) => (packets.at(-1)?.timestamp ?? 0) + (packets.at(-1)?.duration ?? 0);
    expect(end(pictures) - end(sounds)).toBeLessThan(0.3);
    expect(Buffer.from(sounds[0]?.data ?? [])).toEqual(Buffer.from([0xfc, 0xff, 0xfe]));
  });
});
