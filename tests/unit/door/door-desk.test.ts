import { beforeEach, describe, expect, it } from 'vitest';
import { DoorDesk } from '../../../src/app/door-desk.ts';
import { PeerChannel } from '../../../src/app/peer-channel.ts';
import {
  type Channel,
  type ChannelListener,
  type Door,
  type Doors,
  type DoorState,
  KEEPER,
} from '../../../src/app/transport.ts';
import type { Input } from '../../../src/core/mesh/mesh-io.ts';
import { ANYONE, type Message, type PeerId } from '../../../src/core/messages.ts';
import { decodeMessage, encodeMessage } from '../../../src/core/wire.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const STREAM = 'csm7nbfrcayqev4fr65rx7we40';
const [OWN, HOST, ANNA, BRUNO] = ['0', '1', '2', '3'].map((digit) => digit.repeat(16)) as [
  PeerId,
  PeerId,
  PeerId,
  PeerId,
];

const hello = (peerId: PeerId): Message => ({
  type: 'hello',
  streamId: STREAM,
  peerId,
  host: peerId === HOST,
  relays: true,
  publicKey: null,
});

/** The other end of a visit: says what it is told to, and keeps what it hears. */
class Guest implements Channel {
  readonly queuedBytes = 0;
  readonly heard: Message[] = [];
  listener: ChannelListener | null = null;
  closed = false;

  send(bytes: Uint8Array): boolean {
    const message = decodeMessage(bytes);
    if (message) this.heard.push(message);
    return !this.closed;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.listener?.onClose();
  }

  say(message: Message): void {
    this.listener?.onMessage(encodeMessage(message));
  }
}

/** Doors whose visits are made by the test; unlike real ones they tell of a closed visit at once. */
class FakeDoors implements Doors {
  readonly lettersDropped = 0;
  readonly knocks: { door: Door; guest: Guest }[] = [];
  onVisitor: (channel: Channel, registeredAs: PeerId | null) => ChannelListener = () => expect.fail('no door');
  onState: (state: DoorState) => void = () => undefined;

  hold(onVisitor: FakeDoors['onVisitor'], onState: FakeDoors['onState']) {
    Object.assign(this, { onVisitor, onState });
    return { close: () => undefined };
  }

  keep(onVisitor: FakeDoors['onVisitor'], onState: FakeDoors['onState']) {
    return this.hold(onVisitor, onState);
  }

  knock(door: Door, listener: ChannelListener): Channel {
    const guest = new Guest();
    guest.listener = listener;
    this.knocks.push({ door, guest });
    return guest;
  }

  rest(): void {}

  close(): void {}

  visit(registeredAs: PeerId | null): Guest {
    const guest = new Guest();
    guest.listener = this.onVisitor(guest, registeredAs);
    return guest;
  }
}

let doors: FakeDoors;
let clock: VirtualClock;
let inputs: Input[];
let desk: DoorDesk;

function openDesk(host: boolean): void {
  doors = new FakeDoors();
  clock = new VirtualClock(0);
  inputs = [];
  desk = new DoorDesk({
    doors,
    clock: {
      nowMs: () => clock.nowMs,
      after: (ms, callback) => {
        clock.after(ms, callback);
        return () => undefined;
      },
    },
    host,
    channel: (on) => {
      const channel: PeerChannel = new PeerChannel({
        ...on,
        hash: () => new Uint8Array(32),
        hello: () => hello(OWN) as Extract<Message, { type: 'hello' }>,
        greeting: () => [],
        onRubbish: () => {
          channel.close();
        },
      });
      return channel;
    },
    isSigned: async () => true,
    take: (input) => void inputs.push(input),
    onState: () => undefined,
    onNobody: () => undefined,
  });
}

describe('at its own door', () => {
  beforeEach(() => {
    openDesk(true);
    desk.hold();
  });

  it('greets a visitor, passes on what it says, and says when it has gone', async () => {
    const anna = doors.visit(ANNA);
    anna.say(hello(ANNA));
    anna.say({ type: 'bye' });
    expect(anna.heard).toEqual([hello(OWN)]);
    await Promise.resolve();
    anna.close();
    expect(inputs).toEqual([
      { type: 'door-open', peerId: ANNA, visitor: true },
      { type: 'door-message', from: ANNA, message: { type: 'bye' } },
      { type: 'door-closed', peerId: ANNA },
    ]);
  });

  it('believes no visitor who has registered in the name of another', () => {
    const liar = doors.visit(BRUNO);
    liar.say(hello(ANNA));
    expect(liar.closed).toBe(true);
    expect(inputs).toEqual([]);
  });

  it('gives nobody a name that is in use, but to whom the broker has given it', () => {
    const nameless = doors.visit(null);
    nameless.say(hello(ANNA));
    const second = doors.visit(null);
    second.say(hello(ANNA));
    expect([nameless.closed, second.closed]).toEqual([false, true]);

    const anna = doors.visit(ANNA);
    anna.say(hello(ANNA));
    expect([nameless.closed, anna.closed]).toEqual([true, false]);
    desk.send(ANNA, { type: 'bye' });
    expect(anna.heard.at(-1)).toEqual({ type: 'bye' });
    expect(inputs.filter(({ type }) => type === 'door-closed')).toEqual([]);
  });

  it('takes 256 visitors at once, and a newcomer in the place of one who stays too long', () => {
    const crowd = Array.from({ length: 256 }, (_, at) => {
      const guest = doors.visit(null);
      guest.say(hello(`b${at.toString(16).padStart(15, '0')}`));
      return guest;
    });
    expect(doors.visit(null).closed).toBe(true);
    clock.run(3_000);
    expect(doors.visit(null).closed).toBe(false);
    expect(crowd.map(({ closed }) => closed).indexOf(false)).toBe(1);
  });

  it('shows out who says no name', () => {
    const silent = doors.visit(null);
    clock.run(5_000);
    expect(silent.closed).toBe(true);
  });
});

describe('at the doors of others', () => {
  beforeEach(() => {
    openDesk(false);
  });

  it('says that nobody answered at the host’s, and nothing of a member’s', () => {
    desk.knock(null);
    desk.knock(ANNA);
    for (const { guest } of doors.knocks) guest.close();
    expect(inputs).toEqual([{ type: 'door-failed' }]);
  });

  it('sends what is meant for a member to its door before that has answered', () => {
    desk.knock(ANNA);
    desk.send(ANNA, { type: 'bye' });
    expect(doors.knocks[0]?.guest.heard).toEqual([hello(OWN), { type: 'bye' }]);
  });

  it('talks to no one else at a member’s door, and forgets it', () => {
    desk.knock(ANNA);
    const guest = doors.knocks[0]?.guest;
    guest?.say(hello(BRUNO));
    expect(guest?.closed).toBe(true);
    expect(inputs).toEqual([]);
    desk.send(ANNA, { type: 'bye' });
    expect(guest?.heard).toEqual([hello(OWN)]);
  });

  it('lets whoever answers at the host’s door take nobody’s name', () => {
    desk.knock(ANNA);
    desk.knock(null);
    const guest = doors.knocks[1]?.guest;
    guest?.say(hello(ANNA));
    expect(guest?.closed).toBe(true);
    expect(inputs).toEqual([{ type: 'door-failed' }]);
  });

  it('tries whoever has kept the show as well when the host’s door stays shut', () => {
    for (let time = 0; time < 2; time++) {
      desk.knock(null);
      doors.knocks.at(-1)?.guest.close();
    }
    expect(doors.knocks.map(({ door }) => door)).toEqual([null, null]);
    desk.knock(null);
    expect(doors.knocks.slice(2).map(({ door }) => door)).toEqual([null, KEEPER]);
    const call: Message = { type: 'signal', from: OWN, to: ANYONE, attempt: 1, data: 'offer' };
    desk.send(ANYONE, call);
    for (const { guest } of doors.knocks.slice(2)) expect(guest.heard.at(-1)).toEqual(call);
    inputs = [];
    doors.knocks[3]?.guest.close();
    expect(inputs).toEqual([]);
    doors.knocks[2]?.guest.say(hello(ANNA));
    expect(inputs).toEqual([{ type: 'door-open', peerId: ANNA, visitor: false }]);
  });

  it('lets people into a show that is over, once it has that door', () => {
    desk.keep();
    doors.onState('open');
    expect(inputs).toEqual([{ type: 'door-kept', kept: true }]);
    const anna = doors.visit(ANNA);
    anna.say(hello(ANNA));
    expect(inputs.at(-1)).toEqual({ type: 'door-open', peerId: ANNA, visitor: true });
  });

  it('says when a door of its own stands or falls, once each', () => {
    desk.hold();
    for (const state of ['opening', 'fallback', 'opening', 'unreachable', 'open'] as const) doors.onState(state);
    expect(inputs).toEqual([true, false, true].map((held) => ({ type: 'door-held', held })));
  });

  it('leaves the doors of others when it rests, and keeps its own visitors', () => {
    desk.hold();
    const anna = doors.visit(ANNA);
    anna.say(hello(ANNA));
    desk.knock(null);
    desk.rest();
    expect([anna.closed, doors.knocks[0]?.guest.closed]).toEqual([false, true]);
  });
});
