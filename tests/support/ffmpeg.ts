import { spawnSync } from 'node:child_process';
import { openSync, readSync, closeSync } from 'node:fs';

/** What `ffprobe` says of a file. */
export interface Probed {
  readonly durationS: number;
  readonly pictures: { readonly startS: number; readonly durationS: number };
  readonly sounds: { readonly codec: string; readonly startS: number; readonly durationS: number };
  readonly chapters: readonly string[];
}

function run(command: 'ffmpeg' | 'ffprobe', ...args: string[]): string {
  const { stdout, stderr, status, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (error)
    throw new Error(`${command} is needed: install FFmpeg (on Debian: apt-get install ffmpeg)`, { cause: error });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return command === 'ffprobe' ? stdout : stderr;
}

export function probe(file: string): Probed {
  const said = JSON.parse(
    run('ffprobe', '-v', 'error', '-show_format', '-show_streams', '-show_chapters', '-of', 'json', file),
  ) as {
    format: { duration: string };
    streams: { codec_type: string; codec_name: string; start_time: string; duration: string }[];
    chapters: { tags?: { title?: string } }[];
  };
  const stream = (type: string) => {
    const found = said.streams.find(({ codec_type }) => codec_type === type);
    return { codec: found?.codec_name ?? '', startS: Number(found?.start_time), durationS: Number(found?.duration) };
  };
  return {
    durationS: Number(said.format.duration),
    pictures: stream('video'),
    sounds: stream('audio'),
    chapters: said.chapters.map(({ tags }) => tags?.title ?? ''),
  };
}

/** Decodes all of it; returns what the decoders complained about: nothing, of a sound file. */
export const decodeErrors = (file: string): string =>
  // Pictures keep their own times, so that the writer of nothing has nothing to complain about.
  run(
    'ffmpeg',
    '-v',
    'error',
    '-i',
    file,
    '-fps_mode',
    'passthrough',
    '-enc_time_base',
    '-1',
    '-f',
    'null',
    '-',
  ).trim();

/** Whether a picture is found after seeking to this second. */
export function pictureAfterSeek(file: string, atS: number): boolean {
  const said = run('ffmpeg', '-v', 'info', '-ss', String(atS), '-i', file, '-frames:v', '1', '-f', 'null', '-');
  return /frame=\s*1\b/.test(said);
}

/** The first boxes of a file, in order. */
export function topBoxes(file: string): string[] {
  const descriptor = openSync(file, 'r');
  const boxes: string[] = [];
  const header = Buffer.alloc(16);
  for (let at = 0; readSync(descriptor, header, 0, 16, at) >= 8 && boxes.length < 16;) {
    boxes.push(header.toString('latin1', 4, 8));
    const size = header.readUInt32BE(0);
    at += size === 1 ? Number(header.readBigUInt64BE(8)) : size;
  }
  closeSync(descriptor);
  return boxes;
}
