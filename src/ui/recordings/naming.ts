import type { Film } from '../../app/recordings/film.ts';
import type { DownloadWish } from '../../app/recordings/library.ts';
import type { Recording } from '../../app/recordings/recording.ts';
import { fileName } from '../../state/recording-files.ts';
import type { Speech } from '../say.ts';

/** A recording's title, or when it was. */
export const titleOf = ({ title, startedMs }: Recording, { say, units }: Speech): string =>
  title === '' ? say.recordings.untitled(units.day(startedMs)) : title;

/** Where something happened, in words. */
export function momentLabel(moment: ReturnType<Film['moments']>[number], { say: { recordings } }: Speech): string {
  if (moment.kind === 'hearts') return recordings.hearts(moment.count);
  return moment.kind === 'question' ? recordings.question(moment.text) : moment.text;
}

/** What a download of all of it is called and says, by this device's choice of sound. */
export const wishFor = (film: Film, speech: Speech, isForEveryPlayer: boolean, kind = ''): DownloadWish => ({
  title: titleOf(film.recording, speech),
  fileName: fileName(film.recording, kind, 'mp4'),
  isForEveryPlayer,
  chapters: film.moments().map((moment) => ({ atMs: moment.atMs, title: momentLabel(moment, speech) })),
});
