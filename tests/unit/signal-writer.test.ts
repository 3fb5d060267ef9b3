import type { SimplePeerSignal } from 'simple-peer/simplepeer.min.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SignalWriter } from '../../src/adapters/signal-writer.ts';

const LONG_MS = 1_000;

const candidate = (port: number): SimplePeerSignal => ({
  type: 'candidate',
  candidate: {
    candidate: `candidate:1 1 udp 2122260223 192.168.1.7 ${port} typ host generation 0 ufrag abcd`,
    sdpMid: '0',
    sdpMLineIndex: 0,
  },
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function writer(): { writer: SignalWriter; said: string[] } {
  const said: string[] = [];
  return { writer: new SignalWriter([], (data) => said.push(data)), said };
}

test('candidates that are found at the same time are said together', () => {
  const { writer: one, said } = writer();
  for (const port of [5_000, 5_001, 5_002]) one.write(candidate(port));
  expect(said).toEqual([]);
  vi.advanceTimersByTime(LONG_MS);
  expect(said).toHaveLength(1);
  expect(said[0]?.split('\n')).toHaveLength(3);
});

test('a link that is gone says nothing any more', () => {
  const { writer: one, said } = writer();
  one.write(candidate(5_000));
  one.close();
  one.write(candidate(5_001));
  vi.advanceTimersByTime(LONG_MS);
  expect(said).toEqual([]);
});
