import type { Reaction } from '../../app/room-view.ts';

/** The reactions beside the heart, which has an icon of its own. */
export const OTHER_SIGNS: readonly (readonly [Exclude<Reaction, 'heart'>, string])[] = [
  ['clap', '👏'],
  ['laugh', '😂'],
  ['wow', '😮'],
  ['fire', '🔥'],
];
