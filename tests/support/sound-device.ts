import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';

/** Whether a sound device can be made up here (Debian: pulseaudio). */
export function canMakeSoundDevice(): boolean {
  try {
    execFileSync('pulseaudio', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * A sound device that nobody hears, for browsers on a machine without one: their audio contexts do not run otherwise. Unlike a
 * real one it takes samples by the clock of the machine.
 */
export class SoundDevice {
  private constructor(
    private readonly daemon: ChildProcess,
    private readonly folder: string,
    /** What a program needs to know of it. */
    readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @throws Error when PulseAudio ends instead */
  static async open(): Promise<SoundDevice> {
    const folder = mkdtempSync(join(tmpdir(), 'passaparola-sound-'));
    const socket = join(folder, 'native');
    const modules = ['module-null-sink', `module-native-protocol-unix auth-anonymous=1 socket=${socket}`];
    const daemon = spawn(
      'pulseaudio',
      ['-n', '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1', ...modules.flatMap((name) => ['-L', name])],
      { stdio: 'ignore', env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder } },
    );
    while (!existsSync(socket)) {
      if (daemon.exitCode !== null) throw new Error(`PulseAudio ended with ${daemon.exitCode}`);
      await pause(20);
    }
    return new SoundDevice(daemon, folder, { PULSE_SERVER: `unix:${socket}` });
  }

  async close(): Promise<void> {
    const gone = once(this.daemon, 'exit');
    this.daemon.kill();
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
