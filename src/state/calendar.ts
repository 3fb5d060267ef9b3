import { calendarFile } from '../app/plan.ts';

/** Time for the browser to read the file, ms (chosen). */
const READING_MS = 60_000;

/** Hands a show to the calendar of this device, as a file. */
export function saveToCalendar(show: {
  readonly title: string;
  /** Unix time, ms. */
  readonly atMs: number;
  readonly link: string;
  readonly streamId: string;
}): void {
  const file = calendarFile({ ...show, uid: show.streamId }, Date.now());
  const href = URL.createObjectURL(new Blob([file], { type: 'text/calendar' }));
  Object.assign(document.createElement('a'), { href, download: 'passaparola.ics' }).click();
  setTimeout(() => URL.revokeObjectURL(href), READING_MS);
}
