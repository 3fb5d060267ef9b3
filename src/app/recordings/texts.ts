import { chapterText, chatSubtitles, chatText } from '../../core/recording/texts.ts';
import { fileNameOf } from '../../core/recording/file-name.ts';
import type { Recording } from './recording.ts';

export { chapterText, chatSubtitles, chatText };

/**
 * The name of a file about a recording.
 * @param kind which part of it; empty for the whole
 */
export function fileName({ title, startedMs }: Pick<Recording, 'title' | 'startedMs'>, kind: string, ending: string) {
  return fileNameOf(title, [dateForFile(new Date(startedMs)), kind].filter((word) => word !== '').join(' '), ending);
}

/** `2026-11-25 18.30`, by the clock of this device: sorts by time, and no file system minds it. */
function dateForFile(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}.${two(at.getMinutes())}`;
}
