import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSignals, writeSignal } from '../../src/adapters/link-signal.ts';

/** As Chromium 156 and Firefox 140 make them. */
const chromium = [
  'v=0',
  'o=- 4596489990601351948 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:EEtu',
  'a=ice-pwd:+Q1mVHWdCCPJwdzuzTzXGHLB',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 00:0D:E5:FF:10:8A:0C:6A:90:11:3B:41:6D:8D:87:A1:53:64:6A:E2:F4:B7:CC:2F:A5:CB:81:12:5F:A0:3B:FF',
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
  '',
].join('\r\n');
const firefox = chromium
  .replace('a=ice-ufrag:EEtu', 'a=ice-ufrag:5a3cc127')
  .replace('+Q1mVHWdCCPJwdzuzTzXGHLB', '0123456789abcdef0123456789abcdef')
  .replace('262144', '1073741823');
const line = 'candidate:1467250027 1 udp 2122260223 192.168.0.196 46243 typ host';

/** The lines of a description that tell one end from another. */
const own = (sdp: string): string[] => sdp.split('\r\n').filter((text) => /^a=(ice-[up]|finger|mid|setup)/.test(text));

describe('a signal', () => {
  it.each([chromium, firefox])('says in 130 characters what a description says', (sdp) => {
    const written = writeSignal({ type: 'offer', sdp }) ?? '';
    expect(written.length).toBeLessThan(130);
    const [read] = readSignals(written) ?? [];
    expect(read?.type === 'offer' && own(read.sdp)).toEqual(own(sdp));
  });

  it('lets whoever answers begin', () => {
    const [read] = readSignals(writeSignal({ type: 'answer', sdp: chromium }) ?? '') ?? [];
    expect(read?.type === 'answer' && read.sdp).toContain('a=setup:active\r\n');
  });

  it.each([
    [`${line} generation 0 ufrag EEtu network-id 3 network-cost 10`, line],
    [
      'candidate:842163049 1 udp 1677729535 1.2.3.4 4615 typ srflx raddr 0.0.0.0 rport 0 generation 0',
      'candidate:842163049 1 udp 1677729535 1.2.3.4 4615 typ srflx raddr 0.0.0.0 rport 0',
    ],
    ['candidate:1 1 UDP 1 7c1e.local 9 typ host', 'candidate:1 1 UDP 1 7c1e.local 9 typ host'],
    ['candidate:2 1 tcp 1518280447 10.0.0.2 9 typ host tcptype active generation 0', null],
    ['', null],
    ['rubbish', null],
  ])('of %j is %j', (candidate, written) => {
    const said = writeSignal({ type: 'candidate', candidate: { candidate, sdpMid: '0' } });
    expect(said).toBe(written);
    if (said !== null)
      expect(readSignals(said)).toEqual([{ type: 'candidate', candidate: { candidate: said, sdpMLineIndex: 0 } }]);
  });

  it('carries many, and none if one of them is wrong', () => {
    expect(readSignals(`${line}\n${line}`)).toHaveLength(2);
    expect(readSignals(`${line}\nrubbish`)).toBeNull();
    expect(readSignals(`${line}\n`)).toBeNull();
  });

  it('takes 8 KiB and no more', () => {
    const most = Math.floor((8 * 1024 + 1) / (line.length + 1));
    expect(readSignals(Array<string>(most).fill(line).join('\n'))).toHaveLength(most);
    expect(
      readSignals(
        Array<string>(most + 1)
          .fill(line)
          .join('\n'),
      ),
    ).toBeNull();
  });

  it('never throws, whatever is read, and never reads more than one line of a description for each line', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(line, writeSignal({ type: 'offer', sdp: chromium }) ?? ''),
      fc.stringMatching(/^(offer|answer) [\w+/]{3,30} [\w+/]{20,40} [\w+/]{42,44} \S{0,20}$/),
    );
    fc.assert(
      fc.property(fc.array(text), (lines) => {
        for (const signal of readSignals(lines.join('\n')) ?? []) {
          if (signal.type === 'candidate') expect(lines).toContain(signal.candidate.candidate);
          else expect(signal.sdp.match(/^m=/gm)).toEqual(['m=']);
        }
      }),
    );
    fc.assert(fc.property(fc.string(), (sdp) => writeSignal({ type: 'offer', sdp }) !== ''));
  });
});
