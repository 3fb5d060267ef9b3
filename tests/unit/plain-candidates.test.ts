import { describe, expect, it } from 'vitest';
import { plainCandidates } from '../../src/adapters/plain-candidates.ts';

const own = ['10.0.0.7', '192.168.1.20'];
const candidate = (text: string) =>
  ({ type: 'candidate', candidate: { candidate: text, sdpMid: '0', sdpMLineIndex: 0 } }) as const;

describe('plainCandidates', () => {
  it('puts each address of this device in the place of its hidden name', () => {
    const hidden = candidate('candidate:1 1 udp 2113937151 7c1e-09.local 50000 typ host generation 0 ufrag x');
    expect(plainCandidates(hidden, own)).toEqual(
      own.map((ip) => candidate(`candidate:1 1 udp 2113937151 ${ip} 50000 typ host generation 0 ufrag x`)),
    );
    expect(plainCandidates(hidden, [])).toEqual([]);
  });

  it('as Firefox writes it, too', () => {
    const hidden = candidate('candidate:0 1 UDP 2122252543 7c1e.local 50000 typ host');
    expect(plainCandidates(hidden, ['10.0.0.7'])).toEqual([
      candidate('candidate:0 1 UDP 2122252543 10.0.0.7 50000 typ host'),
    ]);
  });

  it.each([
    'candidate:1 1 udp 2113937151 10.0.0.7 50000 typ host',
    'candidate:1 1 tcp 1518280447 7c1e.local 9 typ host tcptype active',
    'candidate:1 1 udp 1677729535 198.51.100.3 50000 typ srflx raddr 0.0.0.0 rport 0',
    '',
  ])('says nothing new about %j', (text) => {
    expect(plainCandidates(candidate(text), own)).toEqual([]);
  });

  it('leaves descriptions alone', () => {
    expect(plainCandidates({ type: 'offer', sdp: 'v=0' }, own)).toEqual([]);
  });
});
