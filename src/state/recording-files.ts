export { chapterText, chatSubtitles, chatText, fileName } from '../app/recordings/texts.ts';
