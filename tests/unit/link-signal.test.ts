import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSignal } from '../../src/adapters/link-signal.ts';

const sdp = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n';
const line = 'candidate:1 1 udp 2113937151 7c1e.local 50000 typ host generation 0';

describe('parseSignal', () => {
  it('reads descriptions and candidates, and drops what else they carry', () => {
    expect(parseSignal(JSON.stringify({ type: 'offer', sdp, renegotiate: true }))).toEqual({ type: 'offer', sdp });
    const candidate = { candidate: line, sdpMid: '0', sdpMLineIndex: 0 };
    expect(parseSignal(JSON.stringify({ type: 'candidate', candidate: { ...candidate, x: 1 } }))).toEqual({
      type: 'candidate',
      candidate,
    });
    expect(
      parseSignal(JSON.stringify({ type: 'candidate', candidate: { candidate: '', sdpMid: '0' } })),
    ).not.toBeNull();
  });

  it('takes nothing that would set up audio or video', () => {
    expect(parseSignal(JSON.stringify({ type: 'offer', sdp: `${sdp}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n` }))).toBeNull();
    expect(parseSignal(JSON.stringify({ type: 'offer', sdp: sdp.replace('application', 'video') }))).toBeNull();
  });

  it('takes 16 KiB and not a character more', () => {
    const offer = { type: 'offer', sdp };
    const room = 16 * 1024 - JSON.stringify(offer).length;
    expect(parseSignal(JSON.stringify({ ...offer, sdp: sdp + 'x'.repeat(room) }))).not.toBeNull();
    expect(parseSignal(JSON.stringify({ ...offer, sdp: sdp + 'x'.repeat(room + 1) }))).toBeNull();
  });

  it('never throws, and what it takes has the right shape', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom(sdp, line, ''));
    const like = fc.record(
      {
        type: fc.oneof(text, fc.constantFrom('offer', 'answer', 'candidate', 'renegotiate')),
        sdp: fc.oneof(text, fc.integer()),
        candidate: fc.oneof(
          text,
          fc.record({ candidate: text, sdpMid: text, sdpMLineIndex: fc.oneof(fc.double(), text) }),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          like.map((value) => JSON.stringify(value)),
        ),
        (data) => {
          const signal = parseSignal(data);
          if (signal === null) return;
          if (signal.type === 'candidate') {
            const { candidate, sdpMid, sdpMLineIndex } = signal.candidate;
            expect(candidate === '' || candidate === line).toBe(true);
            expect(sdpMid ?? sdpMLineIndex ?? null).not.toBeNull();
          } else {
            expect(signal.sdp).toBe(sdp);
          }
        },
      ),
    );
  });
});
