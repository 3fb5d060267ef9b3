import { type Browser, chromium } from '@playwright/test';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { findShell } from './browser.ts';

/** The network of the room: nobody outside of it can be reached. */
const NET = '10.77.0';
/** Where the default routes lead, and nothing is passed on. Without one ICE finds no address of its own. */
const GATEWAY = `${NET}.254`;

/** Quiet browsers without a made-up camera's permission: their own addresses stay hidden behind `.local` names. */
const SWITCHES = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-features=MediaRouter',
  '--no-first-run',
  '--disable-quic',
  // What Chromium itself looks for at every start; all other names are asked for, and would be seen.
  '--host-resolver-rules=EXCLUDE stun.l.google.com, MAP *.google.com ~NOTFOUND, MAP *.googleapis.com ~NOTFOUND, MAP *.gvt1.com ~NOTFOUND',
];

/** What a Wi-Fi does to those in it. */
export interface Wifi {
  /** Multicast is dropped: `.local` names don't resolve. */
  readonly multicast: boolean;
  /** Devices reach the first one (the laptop with the site) and not each other. */
  readonly isolated: boolean;
}

/** A device in a namespace of its own. */
export interface Device {
  readonly address: string;
  /** Begins every command that is to run there. */
  readonly enter: readonly string[];
  /** A browser on it. */
  launch(): Promise<Browser>;
  /** Pulls its cable, or plugs it in again. */
  plug(connected: boolean): void;
}

/** Devices around one switch without a way out. */
export interface LocalNetwork {
  readonly devices: readonly Device[];
  /** Notes packets that leave for elsewhere (and those of mDNS), from now on. Needs tcpdump. */
  capture(): Promise<Capture>;
  close(): Promise<void>;
}

/** Packets seen at the switch. */
export interface Capture {
  /** One a line, as tcpdump prints them. */
  stop(): Promise<{ readonly outbound: readonly string[]; readonly mdns: number }>;
}

/** Whether this machine lets us make networks and look at their packets: null, or why not, in words. */
export function whyNoNamespaces(): string | null {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  try {
    execFileSync('tcpdump', ['--version'], { stdio: 'ignore' });
  } catch {
    return 'looking at packets needs "tcpdump" (Debian: tcpdump)';
  }
  const trial = `pp${process.pid}-trial`;
  try {
    ip('netns', 'add', trial);
    ip('-n', trial, 'link', 'add', 'trial', 'type', 'bridge');
    ip('netns', 'del', trial);
    return null;
  } catch {
    return 'network namespaces need "ip" (Debian: iproute2), and a machine that lets root make them';
  }
}

const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Makes so many devices; the first one's port is never isolated. @throws Error when `ip` refuses */
export function openLocalNetwork(count: number, wifi: Wifi): LocalNetwork {
  const folder = mkdtempSync(join(tmpdir(), 'passaparola-lan-'));
  const names: string[] = [];
  const add = (name: string): string => {
    ip('netns', 'add', name);
    names.push(name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
    return name;
  };
  const remove = (): void => {
    for (const name of names.splice(0)) ip('netns', 'del', name);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove); // a run that is broken off leaves nothing behind

  const around = add(`pp${process.pid}-switch`);
  ip('-n', around, 'link', 'add', 'switch', 'type', 'bridge', 'mcast_snooping', '0');
  ip('-n', around, 'address', 'add', `${GATEWAY}/24`, 'dev', 'switch');
  ip('-n', around, 'link', 'set', 'switch', 'up');

  const devices = Array.from({ length: count }, (_, at): Device => {
    const name = add(`pp${process.pid}-${at}`);
    const address = `${NET}.${at + 1}`;
    const port = `port${at}`;
    // Its browsers count the interface as a network card: names of virtual ones are left out by the site.
    ip('-n', name, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', port, 'netns', around);
    ip('-n', around, 'link', 'set', port, 'master', 'switch', 'up');
    const isolated = wifi.isolated && at > 0;
    const traits = ['isolated', isolated ? 'on' : 'off', 'mcast_flood', wifi.multicast ? 'on' : 'off'];
    ip('-n', around, 'link', 'set', port, 'type', 'bridge_slave', ...traits);
    const plugIn = (): void => {
      ip('-n', name, 'link', 'set', 'eth0', 'up');
      ip('-n', name, 'route', 'replace', 'default', 'via', GATEWAY);
    };
    ip('-n', name, 'address', 'add', `${address}/24`, 'dev', 'eth0');
    plugIn();
    const enter = ['ip', 'netns', 'exec', name];
    return {
      address,
      enter,
      launch: () => chromium.launch({ executablePath: wrapper(folder, name), args: SWITCHES }),
      plug: (connected) => {
        if (connected) plugIn();
        else ip('-n', name, 'link', 'set', 'eth0', 'down');
      },
    };
  });

  return {
    devices,
    capture: () => capture(around),
    close: async () => {
      process.off('exit', remove);
      remove();
    },
  };
}

/** A browser is an executable to Playwright: this one enters the namespace first. */
function wrapper(folder: string, name: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${name} '${findShell()}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

async function capture(around: string): Promise<Capture> {
  const filter = `udp port 5353 or (ip and not dst net ${NET}.0/24 and not multicast)`;
  const command = ['netns', 'exec', around, 'tcpdump', '--immediate-mode', '-l', '-n', '-i', 'switch', filter];
  const dump: ChildProcess = spawn('ip', command, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(dump, 'exit');
  let printed = '';
  dump.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await new Promise<void>((resolve, reject) => {
    dump.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('listening')) resolve();
    });
    ended.then(() => reject(new Error('tcpdump did not start')), reject);
    dump.once('error', reject);
  });
  return {
    stop: async () => {
      dump.kill('SIGINT');
      await ended;
      const lines = printed.split('\n').filter((line) => line !== '');
      const isMdns = (line: string): boolean => line.includes('.5353');
      return { outbound: lines.filter((line) => !isMdns(line)), mdns: lines.filter(isMdns).length };
    },
  };
}
