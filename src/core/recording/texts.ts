import type { StoryMessage } from './story.ts';

/** Subtitles stay on the screen so long, ms, or until so many newer ones came. Chosen: to read two lines. */
const SHOWN_MS = 6_000;

/** `1:02:03`, and for subtitles `01:02:03.004`. */
function clock(ms: number, exact: boolean): string {
  const whole = Math.max(0, Math.floor(ms));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1000) % 60].map(Math.floor);
  const time = `${two(minutes ?? 0)}:${two(seconds ?? 0)}`;
  return exact ? `${two(hours ?? 0)}:${time}.${String(whole % 1000).padStart(3, '0')}` : `${hours ?? 0}:${time}`;
}

/** A line each: when, who, what. @param nameless what somebody without a name is called */
export const chatText = (messages: readonly StoryMessage[], nameless: string): string =>
  messages.map(({ atMs, name, text }) => `${clock(atMs, false)}  ${name || nameless}: ${oneLine(text)}\n`).join('');

/** WebVTT, which players show below the picture. @see https://www.w3.org/TR/webvtt1/ */
export function chatSubtitles(messages: readonly StoryMessage[], nameless: string): string {
  const cues = messages.map(({ atMs, name, text }) => {
    const line = plainCue(`${name || nameless}: ${oneLine(text)}`);
    return `${clock(atMs, true)} --> ${clock(atMs + SHOWN_MS, true)}\n${line}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

/** A line each, as video platforms read chapters from a description. */
export const chapterText = (chapters: readonly { readonly atMs: number; readonly title: string }[]): string =>
  chapters.map(({ atMs, title }) => `${clock(atMs, false)}  ${oneLine(title)}\n`).join('');

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** A cue's text means nothing but itself. */
const plainCue = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
