import { describe, expect, it } from 'vitest';
import { textPacker } from '../../src/adapters/text-packer.ts';
import { type CarriedLink, Invitations } from '../../src/app/invitations.ts';

const STREAM = '218pn5vqqzgafcpq7wqnwhefrc';

/** A page whose links note what they hear; its clock stands still once everything has been said. */
function page(streamId = STREAM) {
  const links: { heard: string[]; closed: boolean }[] = [];
  let drawn = 0;
  const desk = new Invitations({
    streamId,
    packer: textPacker,
    random: () => ++drawn / 1000,
    clock: {
      nowMs: () => 0,
      after: (_, call) => {
        const timer = setTimeout(call);
        return () => clearTimeout(timer);
      },
    },
    meet: (initiator, onSignal): CarriedLink => {
      const link = { heard: [] as string[], closed: false };
      links.push(link);
      queueMicrotask(() => {
        onSignal(initiator ? 'offer …' : 'answer …');
        onSignal('candidate:…');
      });
      return { signal: (data) => void link.heard.push(data), close: () => void (link.closed = true) };
    },
  });
  return { desk, links };
}

describe('an invitation', () => {
  it('brings the offer there, and the answer with all candidates back', async () => {
    const [member, guest] = [page(), page()];
    const answer = await guest.desk.accept(`  ${await member.desk.invite()}\n`);
    expect(guest.links[0]?.heard).toEqual(['offer …']);
    expect(await member.desk.welcome(answer ?? '')).toBe(true);
    expect(member.links[0]?.heard).toHaveLength(2);
    expect(await member.desk.welcome(answer ?? '')).toBe(false); // once
  });

  it('to another show is none', async () => {
    const invitation = await page().desk.invite();
    expect(await page('3'.repeat(26)).desk.accept(invitation)).toBeNull();
  });

  it('waits with seven others at most', async () => {
    const { desk, links } = page();
    for (let at = 0; at < 10; at++) await desk.invite();
    expect(links.filter(({ closed }) => closed)).toHaveLength(2);
  });

  it.each(['', 'hello', `invitation.0000000.${STREAM}.AA`, `invitation.00000000.${STREAM}.AAAA`, 'x'.repeat(9_000)])(
    'is not %j',
    async (text) => {
      const { desk, links } = page();
      expect(await desk.accept(text)).toBeNull();
      expect(await desk.welcome(text)).toBe(false);
      expect(links).toEqual([]);
    },
  );

  it('that holds something else than signals is none', async () => {
    for (const content of ['[]', '[1]', '{}', 'null', JSON.stringify(Array(25).fill('x'))]) {
      const text = `invitation.00000000.${STREAM}.${await textPacker.pack(content)}`;
      expect(await page().desk.accept(text)).toBeNull();
    }
  });
});

describe('the packer', () => {
  it('gives back what it took, and is shorter', async () => {
    const text = 'a=candidate:1 1 udp 2113937151 10.0.0.7 50000 typ host '.repeat(20);
    const packed = await textPacker.pack(text);
    expect(packed).toMatch(/^[\w-]+$/);
    expect(packed.length).toBeLessThan(text.length / 2);
    expect(await textPacker.unpack(packed)).toBe(text);
  });

  it('does not unpack more than an invitation needs', async () => {
    expect(await textPacker.unpack(await textPacker.pack('a'.repeat(1_000_000)))).toBeNull();
  });
});
